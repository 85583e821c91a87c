/** A configuration of another space, as far as it is possible in this one. */
import { completeConfig } from './complete-config.ts';
import { isFeasible } from './is-feasible.ts';
import { countValues, fromUnit, isLegal, isLogInt } from './scale.ts';
import type { Config, Json, Param, Space } from './space.ts';

/** Grids with more values than this are not searched for the nearest one. */
const maxGrid = 10_000;

/**
 * Numbers outside a range, or beside a grid, become the nearest possible ones; what is missing, or no longer a choice, has
 * its default; what is unknown or inactive here is left out.
 *
 * @returns undefined when the constraints do not hold then
 */
export function adapt(space: Space, config: Config): Config | undefined {
  const adapted = completeConfig(space, param =>
    Object.hasOwn(config, param.name) ? nearestLegal(param, config[param.name]!) : param.default,
  );
  return isFeasible(space, adapted) ? adapted : undefined;
}

function nearestLegal(param: Param, value: Json): Json {
  if (isLegal(param, value)) return value;
  if (typeof value !== 'number' || (param.type !== 'float' && param.type !== 'int')) return param.default;
  const { low, high, log } = param;
  const clipped = Math.min(high, Math.max(low, value));
  if (isLegal(param, clipped)) return clipped;
  if (isLogInt(param)) return Math.round(clipped);
  const count = countValues(param);
  if (count > maxGrid) return param.default;
  const distance = (other: number): number => (log ? Math.abs(Math.log(other / clipped)) : Math.abs(other - clipped));
  const grid = Array.from({ length: count }, (_, index) => fromUnit(param, (index + 0.5) / count) as number);
  return grid.reduce((best, other) => (distance(other) < distance(best) ? other : best));
}
