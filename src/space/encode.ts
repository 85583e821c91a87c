/** From configurations to the unit cube that samplers work in. */
import { toUnit } from './scale.ts';
import type { Config, Space } from './space.ts';

/** One coordinate from 0 to 1 per parameter, in the order of space.params; inactive ones lie at their default. */
export function encode(space: Space, config: Config): Float64Array {
  return Float64Array.from(space.params, param =>
    toUnit(param, Object.hasOwn(config, param.name) ? config[param.name]! : param.default),
  );
}
