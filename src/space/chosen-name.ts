/** What a file has chosen, in words; apart from the schemas, which commands that only print need not load. */
import type { Chosen } from './technique.ts';

/** In words: "adam", or all of a list: "asha or curve". */
export function nameOf({ technique, knobs }: Chosen): string {
  const { name, shorthand, isList } = technique;
  return isList ? (knobs as Readonly<Record<string, readonly Chosen[]>>)[shorthand!]!.map(nameOf).join(' or ') : name;
}
