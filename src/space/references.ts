/** How templates refer to parameters: the text "$name" stands for the value of `name`, "$$name" for the text "$name". */
import { isList, isRecord } from './json.ts';
import type { Path } from './finding.ts';
import type { Json } from './space.ts';

/** The parameter that a text refers to; undefined for plain text. */
export function referredName(text: string): string | undefined {
  return text.startsWith('$') && !text.startsWith('$$') ? text.slice(1) : undefined;
}

/** Plain text as it was meant: "$$5" means "$5". */
export function plainText(text: string): string {
  return text.startsWith('$$') ? text.slice(1) : text;
}

export interface Reference {
  readonly name: string;
  readonly path: Path;
  /** Whether the reference is a key: { "$optimizer": ... }. */
  readonly isKey: boolean;
}

/** Every reference in a template, in the order of the text. */
export function referencesIn(template: Json, path: Path = []): readonly Reference[] {
  if (typeof template === 'string') {
    const name = referredName(template);
    return name === undefined ? [] : [{ name, path, isKey: false }];
  }
  if (isList(template)) return template.flatMap((item, index) => referencesIn(item, [...path, index]));
  if (!isRecord(template)) return [];
  return Object.entries(template).flatMap(([key, value]) => {
    const name = referredName(key);
    const inKey = name === undefined ? [] : [{ name, path: [...path, key], isKey: true }];
    return [...inKey, ...referencesIn(value, [...path, key])];
  });
}
