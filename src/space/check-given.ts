/** Values that someone gives for some of the parameters: an enqueued trial. */
import { isActive } from './active-params.ts';
import type { Finding } from './finding.ts';
import { isFeasible } from './is-feasible.ts';
import { show } from './json.ts';
import { suggest } from './nearest.ts';
import { legalValues } from './param-schema.ts';
import { isLegal } from './scale.ts';
import type { Config, Param, Space } from './space.ts';

/** What is wrong with them, whatever values the other parameters will have; paths start at the values. */
export function checkGiven(space: Space, given: Config): readonly Finding[] {
  const names = space.params.map(({ name }) => name);
  const unknown = Object.keys(given)
    .filter(name => !names.includes(name))
    .map((name): Finding => ({
      path: [name],
      at: 'key',
      message: `there is no parameter "${name}"`,
      ...suggest(name, names),
    }));
  const findings = [...unknown, ...space.params.flatMap(param => checkValue(param, given))];
  if (findings.length > 0) return findings;
  return space.constraints
    .filter(text => !isFeasible({ params: space.params, constraints: [text] }, given))
    .map(text => ({ path: [], message: `${show(given)} breaks a constraint`, expected: text }));
}

function checkValue(param: Param, given: Config): readonly Finding[] {
  const { name } = param;
  if (!Object.hasOwn(given, name)) return [];
  const value = given[name]!;
  if (!isLegal(param, value))
    return [{ path: [name], message: `"${name}" cannot be ${show(value)}`, expected: legalValues(param) }];
  // Parents have to be given too: whether the sampler would choose them so is not known.
  if (isActive(param, given, new Set(Object.keys(given)))) return [];
  const expected = `values beside it that are among ${show(param.when)}`;
  return [{ path: [name], at: 'key', message: `"${name}" is not active here`, expected }];
}

/** The values that are possible, whatever values the other parameters will have. */
export function possiblePart({ params }: Space, given: Config): Config {
  const kept: [string, Config[string]][] = [];
  const active = new Set<string>();
  for (const param of params) {
    const { name } = param;
    if (!Object.hasOwn(given, name) || !isLegal(param, given[name]!) || !isActive(param, given, active)) continue;
    active.add(name);
    kept.push([name, given[name]!]);
  }
  return Object.fromEntries(kept);
}
