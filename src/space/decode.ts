/** From the unit cube to configurations. */
import { completeConfig } from './complete-config.ts';
import { fromUnit } from './scale.ts';
import type { Config, Space } from './space.ts';

/** The configuration at a point: legal for any coordinates, which are clamped to [0, 1]; inactive parameters are absent. */
export function decode(space: Space, point: ArrayLike<number>): Config {
  return completeConfig(space, (param, index) => fromUnit(param, point[index]!));
}
