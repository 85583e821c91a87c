/** Configurations that show what a space can put into a template: the defaults, and each parameter at its extremes. */
import { completeConfig } from './complete-config.ts';
import { defaultConfig } from './default-config.ts';
import { isFeasible } from './is-feasible.ts';
import { equalJson } from './json.ts';
import { fromUnit } from './scale.ts';
import type { Config, Json, Param, Space } from './space.ts';

/** More choices than these are not tried one by one. */
const maxChoices = 200;

/**
 * Few enough to check a template with all of them; only those that satisfy the constraints.
 * @param varied the parameters that take other values than their defaults. Default: all
 */
export function probes(space: Space, varied: readonly Param[] = space.params): readonly Config[] {
  const conditions = activating(space);
  const single = varied.flatMap(param =>
    valuesOf(param).map(value => {
      const wanted = new Map<string, Json>([...conditions.get(param.name)!, [param.name, value]]);
      return completeConfig(space, ({ name, default: standard }) => (wanted.has(name) ? wanted.get(name)! : standard));
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

/** For each parameter, values of others under which it is active. */
function activating({ params }: Space): ReadonlyMap<string, ReadonlyMap<string, Json>> {
  const all = new Map<string, Map<string, Json>>();
  for (const { name, when = {} } of params) {
    const wanted = new Map(Object.keys(when).flatMap(parent => [...all.get(parent)!]));
    for (const [parent, values] of Object.entries(when)) {
      const fits = wanted.has(parent) && values.some(value => equalJson(value, wanted.get(parent)!));
      if (!fits) wanted.set(parent, values[0]!);
    }
    all.set(name, wanted);
  }
  return all;
}
