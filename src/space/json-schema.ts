/** JSON Schema (draft-07) of zod schemas: what editors complete from, and where error messages find their words. */
import { z } from 'zod';
import { isRecord } from './json.ts';
import { choicesOf, type Technique } from './technique.ts';

export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  /** zod's way to add a description to a reference. */
  readonly allOf?: readonly [JsonSchema];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly required?: readonly string[];
  readonly items?: JsonSchema | readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
}

/** Techniques become definitions of their own, since layers may hold layers. */
export function toJsonSchema(schema: z.ZodType): JsonSchema {
  const names = new Map<object, string>();
  const definitions: Record<string, JsonSchema> = {};
  const convert = (part: z.ZodType): JsonSchema => {
    const { $schema: _, ...converted } = z.toJSONSchema(part, {
      io: 'input',
      target: 'draft-07',
      unrepresentable: 'any',
      override({ zodSchema, jsonSchema, path }) {
        const techniques = choicesOf.get(zodSchema as unknown as z.ZodType)?.();
        if (techniques) jsonSchema.$ref = reference(techniques, path);
        if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
        if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      },
    });
    return converted as JsonSchema;
  };
  const reference = (techniques: Readonly<Record<string, Technique>>, path: readonly (string | number)[]): string => {
    let name = names.get(techniques);
    if (name === undefined) {
      const key = path.findLast(segment => typeof segment === 'string' && segment !== 'items') ?? 'technique';
      name = Object.hasOwn(definitions, key) ? `${key}${names.size}` : String(key);
      names.set(techniques, name);
      definitions[name] = {};
      definitions[name] = choiceSchema(techniques, convert);
    }
    return `#/definitions/${name}`;
  };
  const converted = convert(schema);
  return names.size === 0 ? converted : { ...converted, definitions };
}

/** "adam", or { "adam": knobs }; with a shorthand also { "dropout": 0.5 }, or a list. */
function choiceSchema(
  techniques: Readonly<Record<string, Technique>>,
  convert: (part: z.ZodType) => JsonSchema,
): JsonSchema {
  const lists: JsonSchema[] = [];
  const properties = Object.entries(techniques).map(([name, technique]): [string, JsonSchema] => {
    const { summary, knobs, shorthand, isList } = technique;
    const { definitions: _, ...options } = convert(knobs);
    const bare = shorthand === undefined ? undefined : options.properties?.[shorthand];
    if (isList && bare) lists.push({ ...bare, description: summary });
    return [name, { description: summary, ...(bare ? { anyOf: [bare, options] } : options) }];
  });
  return {
    anyOf: [
      { enum: Object.keys(techniques) },
      {
        type: 'object',
        properties: Object.fromEntries(properties),
        minProperties: 1,
        maxProperties: 1,
        additionalProperties: false,
      },
      ...lists,
    ],
  };
}

/** The schemas that may apply to the value at a path, with alternatives and references followed. */
export function schemasAt(root: JsonSchema, path: readonly PropertyKey[]): readonly JsonSchema[] {
  return path.reduce<readonly JsonSchema[]>(
    (schemas, segment) => schemas.flatMap(schema => alternatives(root, step(schema, segment))),
    alternatives(root, root),
  );
}

function step({ properties, items, additionalProperties }: JsonSchema, segment: PropertyKey): JsonSchema | undefined {
  if (typeof segment === 'number') return Array.isArray(items) ? items[segment] : (items as JsonSchema | undefined);
  if (properties && Object.hasOwn(properties, segment)) return properties[String(segment)];
  return isRecord(additionalProperties) ? (additionalProperties as JsonSchema) : undefined;
}

/** A title names all alternatives together and ends the search. */
function alternatives(root: JsonSchema, schema: JsonSchema | undefined): readonly JsonSchema[] {
  if (!schema) return [];
  if (schema.$ref !== undefined) {
    const name = schema.$ref.slice('#/definitions/'.length);
    return alternatives(root, root.definitions?.[name]);
  }
  if (schema.allOf) return alternatives(root, schema.allOf[0]);
  if (schema.title !== undefined || !schema.anyOf) return [schema];
  return schema.anyOf.flatMap(part => alternatives(root, part));
}
