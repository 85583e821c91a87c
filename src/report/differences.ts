/** Where two JSON values differ: the smallest parts that do. */
import { equalJson, isList, isRecord } from '../space/json.ts';
import type { Json } from '../space/space.ts';

export interface Difference {
  /** Keys and places in lists, from the root. */
  readonly path: readonly (string | number)[];
  /** Absent where the first value has no such part. */
  readonly a?: Json;
  readonly b?: Json;
}

export function differencesOf(a: Json | undefined, b: Json | undefined, path: Difference['path'] = []): Difference[] {
  if (a === undefined && b === undefined) return [];
  if (a === undefined) return [{ path, b: b! }];
  if (b === undefined) return [{ path, a }];
  if (isRecord(a) && isRecord(b)) {
    const partOf = (whole: Readonly<Record<string, Json>>, key: string): Json | undefined =>
      Object.hasOwn(whole, key) ? whole[key] : undefined;
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].flatMap(key => differencesOf(partOf(a, key), partOf(b, key), [...path, key]));
  }
  if (isList(a) && isList(b) && a.length === b.length)
    return a.flatMap((part, index) => differencesOf(part, b[index], [...path, index]));
  return equalJson(a, b) ? [] : [{ path, a, b }];
}
