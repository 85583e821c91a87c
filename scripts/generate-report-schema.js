/** Writes src/report/report.schema.json, the JSON Schema of report.json, from the types in src/report/report.ts. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';

const pathOf = path => fileURLToPath(new URL(`../${path}`, import.meta.url));

const { definitions, ...report } = createGenerator({
  path: pathOf('src/report/report.ts'),
  tsconfig: pathOf('tsconfig.json'),
  type: 'Report',
  topRef: false,
  // Reports may say more than an older schema knows.
  additionalProperties: true,
  skipTypeCheck: true,
}).createSchema('Report');

/** JSON has no NaN and no Infinity: json.ts writes their names. */
const number = { type: ['number', 'string'], pattern: '^(NaN|-?Infinity)$' };

/** Users' own values (Json) are as they are: their definition has texts already. */
function withOddNumbers(schema) {
  if (Array.isArray(schema)) return schema.map(withOddNumbers);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { type, ...others } = schema;
  const parts = Object.fromEntries(Object.entries(others).map(([key, part]) => [key, withOddNumbers(part)]));
  return type === 'number' ? { $ref: '#/definitions/Number', ...parts } : { ...(type && { type }), ...parts };
}

const { Json, ...ours } = definitions;
const schema = {
  title: 'report.json of tfjs-tune',
  ...withOddNumbers(report),
  definitions: { Number: number, Json, ...withOddNumbers(ours) },
};
writeFileSync(pathOf('src/report/report.schema.json'), `${JSON.stringify(schema, undefined, 2)}\n`);
