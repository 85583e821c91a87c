/** JSON values compared by content. */
import type { Json } from './space.ts';

/** Whether two values are the same JSON, whatever the order of their keys. */
export function equalJson(a: Json, b: Json): boolean {
  return a === b || (isContainer(a) && isContainer(b) && canonical(a) === canonical(b));
}

/** One text for all JSON values that are equal: keys sorted, no spaces. */
export function canonical(value: Json): string {
  if (!isContainer(value)) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonical).join(',')}]`;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`;
}

/** The value as a file would give it back: what is undefined is not there. */
export function asJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

export function isRecord(value: unknown): value is Readonly<Record<string, Json>> {
  return isContainer(value) && !Array.isArray(value);
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The value as it stands in a file, cut short for messages. */
export function show(value: unknown, length = 48): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
