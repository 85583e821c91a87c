/**
 * The space of a study whose file does not have it, from the values of its trials: booleans; whole numbers and numbers from
 * the smallest to the largest, on the log scale where that is a thousand times the smallest; anything else is one of the
 * values that occurred. Settings, where a tool keeps them beside parameters, are the same in all trials and left out. A
 * parameter that some trials lack depends on another one whose values tell which: that with the fewest.
 */
import { canonical } from '../../space/json.ts';
import type { Config, Json } from '../../space/space.ts';

type Parameters = Readonly<Record<string, Json>>;

/** @param hasSettings whether values that are the same everywhere are no parameters */
export function inferParameters(configs: readonly Config[], hasSettings: boolean): Parameters {
  const names = [...new Set(configs.flatMap(config => Object.keys(config)))];
  const entries = names.flatMap((name): (readonly [string, Json])[] => {
    const given = configs.filter(config => Object.hasOwn(config, name)).map(config => config[name]!);
    const values = [...new Map(given.map(value => [canonical(value), value])).values()];
    const isSetting = hasSettings && values.length === 1 && given.length === configs.length;
    return isSetting ? [] : [[name, paramOf(values)]];
  });
  return Object.fromEntries(entries);
}

/** Largest by smallest value from which on a parameter is searched by its magnitude. */
const wide = 1000;

function paramOf(values: readonly Json[]): Json {
  if (values.length > 1 && values.every(value => typeof value === 'boolean')) return { type: 'boolean' };
  if (!values.every(value => typeof value === 'number')) return { type: 'categorical', choices: values };
  // Not by spreading them: there may be more than a call can have arguments.
  const low = values.reduce((least, value) => Math.min(least, value), Infinity);
  const high = values.reduce((most, value) => Math.max(most, value), -Infinity);
  const log = low > 0 && high >= wide * low;
  return { type: values.every(Number.isSafeInteger) ? 'int' : 'float', low, high, log };
}

/** Values of a parameter that others may depend on. */
const maxBranches = 100;

/** @param configs whole ones, of trials that have come to an end */
export function withConditions(parameters: Parameters, configs: readonly Config[]): Parameters {
  const counts = new Map(
    Object.keys(parameters).map(name => [name, configs.filter(config => Object.hasOwn(config, name)).length]),
  );
  const variety = (name: string): number => new Set(configs.map(config => canonical(config[name] ?? null))).size;
  // Of several that tell, the one with the fewest values is the likeliest reason.
  const branching = Object.keys(parameters)
    .filter(name => ['categorical', 'boolean', 'int'].includes(String((parameters[name] as Parameters)['type'])))
    .toSorted((a, b) => variety(a) - variety(b));
  const entries = Object.entries(parameters).map(([name, spec]): readonly [string, Json] => {
    const count = counts.get(name)!;
    if (count === configs.length || count === 0) return [name, spec];
    // Only those that more trials have: no circle can come of it.
    const parents = branching.filter(other => counts.get(other)! > count);
    const when = parents.map(parent => conditionOf(name, parent, configs)).find(condition => condition !== undefined);
    return [name, when ? { ...(spec as Parameters), when } : spec];
  });
  return Object.fromEntries(entries);
}

/** The values of a parent with which the parameter is there, if it is so with these alone. */
function conditionOf(name: string, parent: string, configs: readonly Config[]): Json | undefined {
  const valuesOf = (list: readonly Config[]): ReadonlyMap<string, Json> => {
    const given = list.filter(config => Object.hasOwn(config, parent)).map(config => config[parent]!);
    return new Map(given.map(value => [canonical(value), value]));
  };
  const withName = configs.filter(config => Object.hasOwn(config, name));
  if (!withName.every(config => Object.hasOwn(config, parent))) return undefined;
  const present = valuesOf(withName);
  const absent = valuesOf(configs.filter(config => !Object.hasOwn(config, name)));
  const isTold =
    present.size <= maxBranches && absent.size > 0 && ![...present.keys()].some(value => absent.has(value));
  return isTold ? { [parent]: [...present.values()] } : undefined;
}
