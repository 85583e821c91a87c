/** Trial 0: every parameter at its default. */
import { completeConfig } from './complete-config.ts';
import type { Config, Space } from './space.ts';

/** The configuration of all defaults; parameters that are inactive under it are absent. */
export function defaultConfig(space: Space): Config {
  return completeConfig(space, param => param.default);
}
