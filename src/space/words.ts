/** What a schema accepts, in plain words: "a whole number from 1 to 100". */
import type { JsonSchema } from './json-schema.ts';
import { oneOf, orList } from './nearest.ts';

export const wholeNumber = 'a whole number';

/** Describes alternatives; undefined when anything goes. */
export function inWords(schemas: readonly JsonSchema[]): string | undefined {
  const parts = schemas.map(describe).filter(part => part !== undefined);
  return parts.length === 0 || parts.length < schemas.length ? undefined : [...new Set(parts)].join(', or ');
}

/** A knob's description and what it accepts. */
export function wordsOf(schema: JsonSchema): string {
  const { description } = schema;
  const values = schema.type === undefined && schema.anyOf === undefined ? undefined : inWords([schema]);
  return [description, values].filter(part => part !== undefined).join('; ');
}

function describe(schema: JsonSchema): string | undefined {
  if (schema.title !== undefined) return schema.title;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return oneOfValues(schema.enum);
  switch (schema.type) {
    case 'number':
      return `a number${range(schema)}`;
    case 'integer':
      return `${wholeNumber}${range(schema)}`;
    case 'string':
      return text(schema);
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
  return orList(values.map(value => JSON.stringify(value)));
}

function text({ minLength, maxLength }: JsonSchema): string {
  if (minLength === 1 && maxLength === 1) return 'one character';
  return minLength === 1 ? 'text that is not empty' : 'text in double quotes';
}

function range({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string {
  const above = exclusiveMinimum === undefined ? '' : ` above ${exclusiveMinimum}`;
  const below = exclusiveMaximum === undefined ? '' : ` below ${exclusiveMaximum}`;
  if (minimum === undefined && maximum === undefined) return above && below ? `${above} and${below}` : above || below;
  if (minimum === undefined) return above ? `${above}, up to ${maximum}` : ` of at most ${maximum}`;
  if (maximum === undefined) return below ? ` from ${minimum} to${below}` : ` of at least ${minimum}`;
  return ` from ${minimum} to ${maximum}`;
}

function lengths({ items, minItems, maxItems }: JsonSchema): string {
  if (minItems !== undefined && minItems === maxItems) return ` of ${values(minItems)}`;
  if (minItems !== undefined && maxItems !== undefined) return ` of ${minItems} to ${values(maxItems)}`;
  if (minItems !== undefined && minItems > 0) return ` of at least ${values(minItems)}`;
  if (maxItems !== undefined) return ` of at most ${values(maxItems)}`;
  const of = items && !Array.isArray(items) ? describe(items as JsonSchema) : undefined;
  return of === undefined ? '' : `, each element ${of}`;
}

/** "1 value", "3 values" */
export function values(count: number): string {
  return `${count} ${count === 1 ? 'value' : 'values'}`;
}

function keys({ properties }: JsonSchema): string {
  const names = Object.keys(properties ?? {});
  if (names.length === 0) return '';
  return names.length > 1 ? ` with any of ${oneOf(names)}` : ` with ${oneOf(names)}`;
}
