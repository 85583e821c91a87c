/** Spaces with few configurations: all of them, so that samplers can tell when none is left. */
import { isActive } from '../space/active-params.ts';
import { isFeasible } from '../space/is-feasible.ts';
import { countValues, fromUnit, isLogInt } from '../space/scale.ts';
import type { Config, Json, Param, Space } from '../space/space.ts';

/** Spaces with more combinations are not written out. */
const limit = 10_000;

const written = new WeakMap<Space, readonly Config[] | undefined>();

/** Every configuration that satisfies the constraints; undefined when the space is too large to write them out. */
export function configurationsOf(space: Space): readonly Config[] | undefined {
  if (!written.has(space)) written.set(space, enumerate(space));
  return written.get(space);
}

function enumerate(space: Space): readonly Config[] | undefined {
  if (space.params.some(param => countValues(param) === Infinity)) return undefined;
  const all: Config[] = [];
  let count = 0;
  for (const config of combinations(space)) {
    count += 1;
    if (count > limit) return undefined;
    if (isFeasible(space, config)) all.push(config);
  }
  return all;
}

/** Every choice of values for the active parameters, begun with the first ones' in `config`. */
function* combinations(space: Space, config: Config = {}, index = 0): Generator<Config> {
  const param = space.params[index];
  if (!param) yield config;
  else if (!isActive(param, config, new Set(Object.keys(config)))) yield* combinations(space, config, index + 1);
  else for (const value of valuesOf(param)) yield* combinations(space, { ...config, [param.name]: value }, index + 1);
}

export function* valuesOf(param: Param): Generator<Json> {
  const count = countValues(param);
  for (let index = 0; index < count; index++)
    yield isLogInt(param) ? param.low + index : fromUnit(param, (index + 0.5) / count);
}
