/** Configurations that show what a space can put into a template: the defaults, and each parameter at its extremes. */
import { completeConfig } from './complete-config.ts';
import { defaultConfig } from './default-config.ts';
import { isFeasible } from './is-feasible.ts';
import { fromUnit } from './scale.ts';
import type { Config, Json, Param, Space } from './space.ts';

/** More choices than these are not tried one by one. */
const maxChoices = 200;

/** Few enough to check a template with all of them; only those that satisfy the constraints. */
export function probes(space: Space): readonly Config[] {
  const single = space.params.flatMap(param =>
    valuesOf(param).map(value => {
      const wanted = new Map<string, Json>([...activating(param, space), [param.name, value]]);
      return completeConfig(space, other => wanted.get(other.name) ?? other.default);
    }),
  );
  return [defaultConfig(space), ...single.filter(config => isFeasible(space, config))];
}

function valuesOf(param: Param): readonly Json[] {
  if (param.type === 'boolean') return [false, true];
  if (param.type === 'categorical') return param.choices.slice(0, maxChoices);
  // A value inside tells a float from a whole number.
  return [param.low, param.high, fromUnit(param, 0.382)];
}

/** Values of other parameters under which this one is active. */
function activating({ when = {} }: Param, space: Space): readonly (readonly [string, Json])[] {
  return Object.entries(when).flatMap(([parent, values]) => [
    ...activating(
      space.params.find(({ name }) => name === parent)!,
      space,
    ),
    [parent, values[0]!] as const,
  ]);
}
