/** The JSON Schema of whole space files, from which editors complete them: search-spaces/schema.json. */
import type { z } from 'zod';
import { toJsonSchema, type JsonSchema } from './json-schema.ts';
import { isRecord } from './json.ts';
import { paramSchemas, shared } from './param-schema.ts';
import { dialects } from './read-space.ts';
import { fileSchema, templateNames, type Sections } from './space-file.ts';

export function fileJsonSchema(sections: Sections): JsonSchema & { readonly $schema: string } {
  const { data, model, train, needs } = sections;
  const templates = {
    data: data.optional().describe('where the examples come from; any value in here may be "$param"'),
    model: model.optional().describe('the network; any value in here may be "$param"'),
    train: train.optional().describe('how it is trained; any value in here may be "$param"'),
    needs: needs
      .optional()
      .describe(
        'what a worker must have to run a trial, where a study runs on several machines; any value in here may be "$param"',
      ),
  };
  const file = toJsonSchema(fileSchema(sections, 'valLoss').extend(templates));
  const isTemplate = (name: string): boolean => (templateNames as readonly string[]).includes(name);
  const properties = Object.entries(file.properties ?? {}).map(([name, schema]) => [
    name,
    isTemplate(name) ? withReferences(schema) : schema,
  ]);
  // Samplers and pruners are no templates: a study has one of each.
  const definitions = Object.entries(file.definitions ?? {}).map(([name, schema]) => [
    name,
    ['sampler', 'structure', 'pruner'].includes(name) ? schema : withReferences(schema),
  ]);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Space file of tfjs-tune',
    ...file,
    properties: { ...Object.fromEntries(properties), space: spaceSchema() },
    definitions: { ...Object.fromEntries(definitions), parameter },
  };
}

const parameter: JsonSchema = {
  type: 'string',
  pattern: '^\\$[^$]',
  description: 'the value of the parameter of this name',
};

function spaceSchema(): JsonSchema {
  const own = Object.values(paramSchemas).map((schema: z.ZodType) => toJsonSchema(schema));
  const foreign = dialects.flatMap(({ tool, shapes }) =>
    shapes.map(shape => ({ ...toJsonSchema(shape.extend(shared)), description: `in the notation of ${tool}` })),
  );
  return {
    type: 'object',
    description: 'the parameters by name',
    additionalProperties: { anyOf: [...own, ...foreign] } as JsonSchema,
  };
}

/** Lets every value inside be a reference to a parameter, and every choice between techniques a "$param" key. */
function withReferences(schema: JsonSchema): JsonSchema {
  const { properties, additionalProperties: others, items, anyOf, maxProperties } = schema;
  return {
    ...schema,
    ...(properties && { properties: mapValues(properties, orReference) }),
    ...(isRecord(others) && { additionalProperties: orReference(others as JsonSchema) }),
    ...(properties && maxProperties === 1 && { patternProperties: { '^\\$[^$]': {} } }),
    ...(Array.isArray(items) && { items: items.map(orReference) }),
    ...(isRecord(items) && { items: orReference(items as JsonSchema) }),
    ...(anyOf && { anyOf: anyOf.map(withReferences) }),
  };
}

function orReference(schema: JsonSchema): JsonSchema {
  const { description, ...inner } = withReferences(schema);
  const reference = { $ref: '#/definitions/parameter' };
  return { ...(description !== undefined && { description }), anyOf: [inner, reference] };
}

function mapValues(
  record: Readonly<Record<string, JsonSchema>>,
  map: (schema: JsonSchema) => JsonSchema,
): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
