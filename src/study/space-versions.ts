/**
 * Versions of a study's space. A study goes on with a space in which ranges, choices, defaults or constraints are others:
 * what its trials came to still compares. Each trial keeps the version that it was drawn from; the first is 1.
 */
import { isGradientTuned } from '../space/gradient-params.ts';
import { asJson, equalJson, show } from '../space/json.ts';
import type { Config, Json, Param, Space } from '../space/space.ts';
import type { StudyEvent } from './events.ts';
import { flawOf } from './legal.ts';

/** What may be other in the next version. */
const variable: ReadonlySet<string> = new Set(['low', 'high', 'default', 'choices']);

/** What a parameter is in all versions. The bounds of one that the gradient tunes are part of how a trial trains. */
export function identityOf(param: Param): Json {
  const facts = Object.entries(asJson(param) as Readonly<Record<string, Json>>);
  return Object.fromEntries(isGradientTuned(param) ? facts : facts.filter(([key]) => !variable.has(key)));
}

/**
 * The next version of a space. Parameters and choices keep their order, as samplers give each its random numbers by its
 * place; new choices follow.
 *
 * @param given with the same parameters
 * @returns it, and what is other in it: 'units 16..256 -> 16..512'. Nothing: it is the stored one.
 */
export function nextSpace(stored: Space, given: Space): { readonly space: Space; readonly changes: readonly string[] } {
  const pairs = stored.params.map(old => {
    return [
      old,
      nextParam(
        old,
        given.params.find(({ name }) => name === old.name)!,
      ),
    ] as const;
  });
  const changes = pairs.flatMap(([old, next]) =>
    equalJson(asJson(old), asJson(next)) ? [] : [`${old.name} ${describe(old, next)}`],
  );
  if (!equalJson(stored.constraints, given.constraints))
    changes.push(`the constraints ${describeLists(stored.constraints, given.constraints)}`);
  if (changes.length === 0) return { space: stored, changes };
  return { space: { params: pairs.map(([, next]) => next), constraints: given.constraints }, changes };
}

function nextParam(old: Param, given: Param): Param {
  if (old.type !== 'categorical' || given.type !== 'categorical') return given;
  const { gone, added } = differences(old.choices, given.choices);
  return { ...given, choices: [...old.choices.filter(choice => !gone.includes(choice)), ...added] };
}

function describe(old: Param, next: Param): string {
  if ('low' in old && 'low' in next && (old.low !== next.low || old.high !== next.high))
    return `${old.low}..${old.high} -> ${next.low}..${next.high}`;
  if (old.type === 'categorical' && next.type === 'categorical' && !equalJson(old.choices, next.choices))
    return describeLists(old.choices, next.choices);
  return `default ${show(old.default)} -> ${show(next.default)}`;
}

/** 'with "lion", without "sgd"' */
function describeLists(old: readonly Json[], next: readonly Json[]): string {
  const { gone, added } = differences(old, next);
  const parts = [
    ...(added.length > 0 ? [`with ${added.map(value => show(value)).join(', ')}`] : []),
    ...(gone.length > 0 ? [`without ${gone.map(value => show(value)).join(', ')}`] : []),
  ];
  return parts.length > 0 ? parts.join(', ') : 'in another order';
}

function differences(old: readonly Json[], next: readonly Json[]): { gone: readonly Json[]; added: readonly Json[] } {
  const isIn = (list: readonly Json[], value: Json): boolean => list.some(other => equalJson(other, value));
  return { gone: old.filter(value => !isIn(next, value)), added: next.filter(value => !isIn(old, value)) };
}

/** The spaces that a study has had, by version. */
export function spacesOf(events: readonly StudyEvent[]): ReadonlyMap<number, Space> {
  return new Map(
    events.flatMap(event => (event.type === 'study-created' ? [[event.version ?? 1, event.space] as const] : [])),
  );
}

const known = new WeakMap<Space, WeakMap<Config, boolean>>();

/** Whether a space allows a configuration; worked out once for each. */
export function isWithin(space: Space, config: Config): boolean {
  let answers = known.get(space);
  if (!answers) known.set(space, (answers = new WeakMap()));
  const answer = answers.get(config) ?? flawOf(space, config) === undefined;
  answers.set(config, answer);
  return answer;
}
