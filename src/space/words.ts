/** What a schema accepts, in plain words: "a whole number from 1 to 100". */
import type { JsonSchema } from './json-schema.ts';
import { oneOf } from './nearest.ts';

/** Describes alternatives; undefined when anything goes. */
export function inWords(schemas: readonly JsonSchema[]): string | undefined {
  const parts = schemas.map(describe).filter(part => part !== undefined);
  return parts.length === 0 || parts.length < schemas.length ? undefined : [...new Set(parts)].join(', or ');
}

function describe(schema: JsonSchema): string | undefined {
  if (schema.title !== undefined) return schema.title;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return oneOfValues(schema.enum);
  switch (schema.type) {
    case 'number':
      return `a number${range(schema)}`;
    case 'integer':
      return `a whole number${range(schema)}`;
    case 'string':
      return 'text in double quotes';
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
    case 'array':
      return `a list${lengths(schema)}`;
    case 'object':
      return `an object${keys(schema)}`;
    default:
      return undefined;
  }
}

function oneOfValues(values: readonly unknown[]): string {
  return values.every(value => typeof value === 'string')
    ? oneOf(values)
    : values.map(value => JSON.stringify(value)).join(' or ');
}

function range({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string {
  const from = minimum !== undefined ? { text: `from ${minimum}` } : undefined;
  const above = exclusiveMinimum !== undefined ? { text: `above ${exclusiveMinimum}` } : undefined;
  const lower = above ?? from;
  const upper = exclusiveMaximum !== undefined ? `below ${exclusiveMaximum}` : maximum;
  if (lower && upper !== undefined) return ` ${lower.text} to ${upper}`;
  if (lower) return above ? ` above ${exclusiveMinimum}` : `, at least ${minimum}`;
  return upper === undefined ? '' : exclusiveMaximum !== undefined ? ` ${upper}` : `, at most ${upper}`;
}

function lengths({ items, minItems, maxItems }: JsonSchema): string {
  const count = minItems !== undefined && minItems === maxItems ? `${minItems}` : undefined;
  const of = items && !Array.isArray(items) ? describe(items as JsonSchema) : undefined;
  if (count !== undefined) return ` of ${count} values`;
  if (minItems !== undefined && minItems > 0) return ` of at least ${minItems}`;
  if (maxItems !== undefined) return ` of at most ${maxItems}`;
  return of === undefined ? '' : `, each element ${of}`;
}

function keys({ properties }: JsonSchema): string {
  const names = Object.keys(properties ?? {});
  return names.length === 0
    ? ''
    : ` with ${names.length > 1 ? 'keys out of ' : 'the key '}${names.map(name => `"${name}"`).join(', ')}`;
}
