/** zod's issues as findings in plain words, each at the value or the key that is wrong. */
import { z } from 'zod';
import type { Finding, Path } from './finding.ts';
import { isList, isRecord, show } from './json.ts';
import { schemasAt, toJsonSchema, type JsonSchema } from './json-schema.ts';
import { nearest, oneOf, suggest } from './nearest.ts';
import type { Json } from './space.ts';
import { inWords, values } from './words.ts';

export interface Checked<T> {
  /** Absent when there are findings. */
  readonly data?: T;
  readonly findings: readonly Finding[];
}

/**
 * Validates a value; paths of the findings start at it.
 *
 * @param name what messages call the value itself
 */
export function check<T>(schema: z.ZodType<T>, value: Json, name?: string): Checked<T> {
  const result = schema.safeParse(value);
  if (result.success) return { data: result.data, findings: [] };
  return { findings: explain(result.error.issues, { value, name, root: jsonSchemaOf(schema) }) };
}

const jsonSchemas = new WeakMap<z.ZodType, JsonSchema>();

function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const known = jsonSchemas.get(schema) ?? toJsonSchema(schema);
  jsonSchemas.set(schema, known);
  return known;
}

/** What was checked: the value, its name and its schema. */
interface Subject {
  readonly value: Json;
  readonly name: string | undefined;
  readonly root: JsonSchema;
}

type Issue = z.core.$ZodIssue;

function explain(issues: readonly Issue[], subject: Subject): readonly Finding[] {
  return issues.filter(issue => !isEcho(issue, issues, subject)).flatMap(issue => toFindings(issue, subject));
}

/** A mistyped key is one mistake: that the right key is missing, or that the whole makes no sense, only repeats it. */
function isEcho({ code, path }: Issue, issues: readonly Issue[], subject: Subject): boolean {
  const isMissing = code !== 'unrecognized_keys' && valueAt(subject.value, path as Path) === undefined;
  const parent = isMissing ? path.slice(0, -1) : path;
  const mistyped = issues.flatMap(other =>
    other.code === 'unrecognized_keys' && equalPaths(other.path, parent) ? other.keys : [],
  );
  if (!isMissing) return code === 'custom' && mistyped.length > 0;
  return mistyped.some(key => keyAdvice(key, parent as Path, subject).meant === path.at(-1));
}

function equalPaths(a: readonly PropertyKey[], b: readonly PropertyKey[]): boolean {
  return a.length === b.length && a.every((segment, index) => segment === b[index]);
}

/** Which of the keys that the object lacks an unknown one was meant to be; else all that it may have. */
function keyAdvice(key: string, path: Path, { value, root }: Subject): { meant?: string; expected?: string } {
  const given = valueAt(value, path);
  const known = [...new Set(schemasAt(root, path).flatMap(({ properties }) => Object.keys(properties ?? {})))];
  const meant = nearest(
    key,
    known.filter(name => !isRecord(given) || !Object.hasOwn(given, name)),
  );
  if (meant !== undefined) return { meant };
  return { expected: known.length === 0 ? 'no keys' : oneOf(known) };
}

function toFindings(issue: Issue, subject: Subject): readonly Finding[] {
  const path = issue.path as Path;
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map(key => {
      const { meant, ...advice } = keyAdvice(key, path, subject);
      const hint = meant === undefined ? {} : { hint: `did you mean "${meant}"?` };
      return { path: [...path, key], at: 'key', message: `unknown key "${key}"`, ...advice, ...hint };
    });
  if (issue.code === 'invalid_union') {
    // The alternative that agrees on the outside tells more than "none of these".
    const inside = issue.errors.find(
      branch => branch.length > 0 && branch.every(inner => inner.path.length > 0 || inner.code === 'unrecognized_keys'),
    );
    if (inside) {
      const issues = inside.map(inner => ({ ...inner, path: [...path, ...inner.path] }) as Issue);
      return explain(issues, subject);
    }
  }
  const given = valueAt(subject.value, path);
  const schemas = schemasAt(subject.root, path);
  const expected = inWords(fitting(schemas, given));
  const name = path.at(-1) ?? subject.name;
  if (given === undefined)
    return [{ path, message: `"${name}" is missing`, ...(expected !== undefined && { expected }) }];
  if (issue.code === 'custom') return [custom(issue, path, given)];
  const called = name === undefined ? 'this' : typeof name === 'number' ? `element ${name + 1}` : `"${name}"`;
  const message = `${called} is ${describeValue(given)}`;
  const meant = typeof given === 'string' ? nearest(given, schemas.flatMap(namesIn)) : undefined;
  if (meant !== undefined) return [{ path, message, hint: `did you mean "${meant}"?` }];
  return [{ path, message, expected: expected ?? issue.message }];
}

function namesIn({ enum: names = [] }: JsonSchema): readonly string[] {
  return names.filter(name => typeof name === 'string');
}

/** Refinements say what they expect; chooseOne says which names it knows, and whether the wrong one is a key. */
function custom({ params, message }: z.core.$ZodIssueCustom, path: Path, given: Json): Finding {
  const { expected, known, isKey } = params ?? {};
  if (typeof expected === 'string') return { path, message, expected };
  if (!isList(known)) return { path, message };
  const names = known as readonly string[];
  if (isKey === true) return { path, at: 'key', message, ...suggest(String(path.at(-1)), names) };
  return { path, message, ...(typeof given === 'string' ? suggest(given, names) : { expected: oneOf(names) }) };
}

/** Only the alternatives of the value's own kind, if there are any: for a number, no word about objects. */
function fitting(schemas: readonly JsonSchema[], given: Json | undefined): readonly JsonSchema[] {
  const kind = isList(given) ? 'array' : isRecord(given) ? 'object' : typeof given;
  const same = schemas.filter(
    schema =>
      schema.title !== undefined ||
      (schema.const === undefined && (schema.type === 'integer' ? 'number' : schema.type) === kind),
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
  if (isList(value)) return value.length === 0 ? 'an empty list' : `a list of ${values(value.length)}`;
  return isRecord(value) ? 'an object' : show(value);
}
