/** Puts a configuration's values into a template. */
import { activeParams } from './active-params.ts';
import { isList, isRecord } from './json.ts';
import { plainText, referredName } from './references.ts';
import type { Config, Json, Space } from './space.ts';

/**
 * Replaces "$name", as a value or as a key, by the value of that parameter; values may refer to further parameters.
 * Keys and list elements that refer to an inactive parameter are left out, and so are layers whose only option does.
 * "$$name" becomes the text "$name".
 */
export function resolve(template: Json, space: Space, config: Config): Json {
  return expand(template, activeValues(space, config))?.value ?? null;
}

/** A resolved value that remembers what it came from. */
export interface Expanded {
  readonly value: Json;
  /** The part of the template that is this value; for the inside of a choice, a part of that choice. */
  readonly template: Json;
  /** The parameter that gave the value, and the one that gave its key. */
  readonly param?: string;
  readonly keyParam?: string;
  /** The key or index of this value in the template, where it is an entry of one. */
  readonly segment?: string | number;
  /** Its entries by resolved key, or its elements. */
  readonly entries: ReadonlyMap<string | number, Expanded>;
}

export function activeValues(space: Space, config: Config): ReadonlyMap<string, Json> {
  return new Map(activeParams(space, config).map(({ name }) => [name, config[name]!]));
}

/** As resolve, keeping the origin of every part; undefined when the template refers to an inactive parameter. */
export function expand(template: Json, values: ReadonlyMap<string, Json>): Expanded | undefined {
  if (typeof template === 'string') {
    const param = referredName(template);
    if (param === undefined) return { value: plainText(template), template, entries: new Map() };
    if (!values.has(param)) return undefined;
    const given = expand(values.get(param)!, values);
    return given && { ...given, param: given.param ?? param };
  }
  if (isList(template)) {
    const items = template.flatMap((item, segment) =>
      isSwitchedOff(item, values) ? [] : withOrigin(expand(item, values), { segment }),
    );
    return { value: items.map(({ value }) => value), template, entries: new Map(items.entries()) };
  }
  if (!isRecord(template)) return { value: template, template, entries: new Map() };
  const entries = new Map<string, Expanded>();
  for (const [segment, inner] of Object.entries(template)) {
    const keyParam = referredName(segment);
    const key = keyParam === undefined ? plainText(segment) : expand(segment, values)?.value;
    if (key === undefined) continue;
    const origin = { segment, ...(keyParam !== undefined && { keyParam }) };
    for (const entry of withOrigin(expand(inner, values), origin)) entries.set(String(key), entry);
  }
  const value = Object.fromEntries([...entries].map(([key, entry]) => [key, entry.value]));
  return { value, template, entries };
}

/** { "dropout": "$rate" } in a list, without a rate: no dropout, in place of one that lacks its only option. */
function isSwitchedOff(item: Json, values: ReadonlyMap<string, Json>): boolean {
  if (!isRecord(item)) return false;
  const [only, ...others] = Object.values(item);
  const name = typeof only === 'string' && others.length === 0 ? referredName(only) : undefined;
  return name !== undefined && !values.has(name);
}

function withOrigin(part: Expanded | undefined, origin: Pick<Expanded, 'segment' | 'keyParam'>): Expanded[] {
  return part ? [{ ...part, ...origin }] : [];
}
