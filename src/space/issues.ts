/** zod's issues as findings in plain words, each at the value or the key that is wrong. */
import { z } from 'zod';
import type { Finding, Path } from './finding.ts';
import { isList, isRecord, show } from './json.ts';
import { schemasAt, toJsonSchema, type JsonSchema } from './json-schema.ts';
import { suggest } from './nearest.ts';
import type { Json } from './space.ts';
import { inWords } from './words.ts';

export interface Checked<T> {
  /** Absent when there are findings. */
  readonly data?: T;
  readonly findings: readonly Finding[];
}

/** Validates a value; paths of the findings start at it. */
export function check<T>(schema: z.ZodType<T>, value: Json): Checked<T> {
  const result = schema.safeParse(value);
  if (result.success) return { data: result.data, findings: [] };
  const root = jsonSchemaOf(schema);
  return { findings: result.error.issues.flatMap(issue => toFindings(issue, value, root)) };
}

const jsonSchemas = new WeakMap<z.ZodType, JsonSchema>();

function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const known = jsonSchemas.get(schema) ?? toJsonSchema(schema);
  jsonSchemas.set(schema, known);
  return known;
}

type Issue = z.core.$ZodIssue;

function toFindings(issue: Issue, value: Json, root: JsonSchema): readonly Finding[] {
  const path = issue.path as Path;
  if (issue.code === 'unrecognized_keys') {
    const known = schemasAt(root, path).flatMap(({ properties }) => Object.keys(properties ?? {}));
    return issue.keys.map(key => ({
      path: [...path, key],
      at: 'key',
      message: `unknown key "${key}"`,
      ...suggest(key, new Set(known)),
    }));
  }
  if (issue.code === 'invalid_union') {
    // The alternative that agrees on the outside tells more than "none of these".
    const inside = issue.errors.find(
      branch => branch.length > 0 && branch.every(inner => inner.path.length > 0 || inner.code === 'unrecognized_keys'),
    );
    if (inside)
      return inside.flatMap(inner => toFindings({ ...inner, path: [...path, ...inner.path] } as Issue, value, root));
  }
  const given = valueAt(value, path);
  const expected = inWords(fitting(schemasAt(root, path), given));
  if (issue.code === 'custom') return [custom(issue, path, given, expected)];
  const name = path.at(-1);
  if (given === undefined)
    return [{ path, message: `"${name}" is missing`, ...(expected !== undefined && { expected }) }];
  const message =
    name === undefined
      ? `this is ${describeValue(given)}`
      : `${typeof name === 'number' ? `element ${name + 1}` : `"${name}"`} is ${describeValue(given)}`;
  return [{ path, message, expected: expected ?? issue.message }];
}

function custom(issue: Issue, path: Path, given: Json | undefined, expected: string | undefined): Finding {
  const { params, message } = issue as z.core.$ZodIssueCustom;
  if (typeof params?.['expected'] === 'string') return { path, message, expected: params['expected'] };
  if (!isList(params?.['known'])) return { path, message };
  const known = params['known'] as readonly string[];
  // chooseOne: a wrong name is either the value itself or the key before it.
  const name = typeof given === 'string' && message.endsWith(`"${given}"`) ? given : path.at(-1);
  const isKey = name !== given;
  if (!message.startsWith('unknown')) return { path, message, ...(expected !== undefined && { expected }) };
  return { path, message, ...(isKey && { at: 'key' as const }), ...suggest(String(name), known) };
}

/** Only the alternatives of the value's own kind, if there are any: for a number, no word about objects. */
function fitting(schemas: readonly JsonSchema[], given: Json | undefined): readonly JsonSchema[] {
  const kind = isList(given)
    ? 'array'
    : isRecord(given)
      ? 'object'
      : typeof given === 'number'
        ? 'number'
        : typeof given;
  const same = schemas.filter(
    ({ type, title }) => title !== undefined || (type === 'integer' ? 'number' : type) === kind,
  );
  return same.length > 0 ? same : schemas;
}

function valueAt(value: Json | undefined, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((inner, segment) => {
    if (isList(inner)) return inner[Number(segment)];
    return isRecord(inner) && Object.hasOwn(inner, segment) ? inner[segment] : undefined;
  }, value);
}

function describeValue(value: Json): string {
  if (isList(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  return isRecord(value) ? 'an object' : show(value);
}
