/** Fills a configuration up: a value for every active parameter, and for no other. */
import { isActive } from './active-params.ts';
import type { Config, Json, Param, Space } from './space.ts';

/** Asks for each active parameter's value, parents first. */
export function completeConfig(space: Space, valueOf: (param: Param, index: number) => Json): Config {
  const config: Record<string, Json> = {};
  const active = new Set<string>();
  space.params.forEach((param, index) => {
    if (!isActive(param, config, active)) return;
    active.add(param.name);
    config[param.name] = valueOf(param, index);
  });
  return config;
}
