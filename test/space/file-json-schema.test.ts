/** The JSON Schema that editors complete from. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { parse } from 'jsonc-parser';
import { describe, expect, test } from 'vitest';
import { fileJsonSchema } from '../../src/space/file-json-schema.ts';
import { loadSpaceFile, parseSpaceFile } from '../../src/space/parse.ts';
import { layers } from '../../src/train/layers/index.ts';
import { sections } from '../../src/tune/sections.ts';

const examples = fileURLToPath(new URL('../../search-spaces', import.meta.url));
const malformed = fileURLToPath(new URL('malformed', import.meta.url));
const schema = fileJsonSchema(sections);
const logger = {
  log: () => undefined,
  warn: (message: string) => expect.unreachable(message),
  error: (message: string) => expect.unreachable(message),
};
const validate = new Ajv({ strict: true, logger }).compile(schema);

/** Whether the schema accepts a file, and whether we do. */
function verdicts(contents: object): { schema: boolean; ours: boolean } {
  const ours = ((): boolean => {
    try {
      parseSpaceFile({ name: 'x', ...contents }, sections);
      return true;
    } catch {
      return false;
    }
  })();
  return { schema: validate(contents), ours };
}

test.each((await readdir(examples)).filter(name => name !== 'schema.json'))('%s is valid', async name => {
  const contents: unknown = parse(await readFile(join(examples, name), 'utf8'));
  validate(contents);
  expect(validate.errors).toBeNull();
  await expect(loadSpaceFile(join(examples, name), sections)).resolves.toMatchObject({
    name: name.replace(/\.json$/, ''),
  });
});

const units = { type: 'int', low: 8, high: 64 };
const share = { type: 'float', low: 0.1, high: 0.9 };
const rate = { type: 'float', low: 1e-4, high: 0.1, log: true };
const optimizer = { type: 'categorical', choices: ['sgd', 'momentum'] };
const inside = (...layers: unknown[]): object => ({ model: { layers } });
const nested = {
  stack: { times: 2, layers: [{ stack: { times: '$times', layers: ['flatten', { dense: '$units' }] } }] },
};

describe('right to us and to the schema', () => {
  test.each<[string, object]>([
    ['an empty file', {}],
    ['a reference to the schema', { $schema: './schema.json' }],
    [
      'names of layers, short and long options',
      inside('flatten', { dense: 8 }, { dense: { units: 8, activation: 'relu' } }),
    ],
    ['layers in layers, with parameters', { ...inside(nested), space: { units, times: units } }],
    [
      'a parameter for a layer',
      { ...inside('$layer'), space: { layer: { type: 'categorical', choices: ['flatten'] } } },
    ],
    [
      'a parameter for all layers',
      { model: { layers: '$all' }, space: { all: { type: 'categorical', choices: [['flatten'], []] } } },
    ],
    ['a parameter in a list', { ...inside({ maxPool: ['$a', 2] }), space: { a: { type: 'int', low: 1, high: 2 } } }],
    [
      'a parameter as a key',
      { train: { optimizer: { $optimizer: { learningRate: '$rate' } } }, space: { optimizer, rate } },
    ],
    ['a parameter for a technique', { train: { optimizer: '$optimizer' }, space: { optimizer } }],
    ['a parameter for its short option', { train: { optimizer: { adam: '$rate' }, l2: '$rate' }, space: { rate } }],
    [
      'weight decay and a parameter for the limit of gradients',
      { train: { l1: 0, l2: 0, clipping: { globalNorm: '$rate' } }, space: { rate } },
    ],
    ['a parameter in the data', { data: { csv: '$f' }, space: { f: { type: 'categorical', choices: ['a.csv'] } } }],
    ['either kind of early stopping', { train: { earlyStopping: false } }],
    ['options of early stopping', { train: { earlyStopping: { patience: '$p' } }, space: { p: units } }],
    ['durations', { budget: { trials: 3, duration: '10m', trialDuration: '90s', target: -1 } }],
    ['a metric', { metric: { name: 'valAccuracy', goal: 'maximize' }, seed: 0 }],
    ['samplers and pruners by name', { search: { sampler: 'random', pruner: { median: {} } } }],
    ['a sampler within one', { search: { sampler: { gradient: { structure: { tpe: { candidates: 48 } } } } } }],
    [
      'needs, with parameters',
      {
        needs: { tags: ['GPU', '$tag'], memory: '$memory' },
        space: {
          tag: { type: 'categorical', choices: ['a', 'b'] },
          memory: { type: 'categorical', choices: ['500MB', '1.5 gb'] },
        },
      },
    ],
    ['a trainer', { trainer: './mine.js', constraints: ['a < 3'], space: { a: { type: 'int', low: 1, high: 2 } } }],
  ])('%s', (_, contents) => {
    expect(verdicts(contents)).toEqual({ schema: true, ours: true });
  });

  test.each<[string, object]>([
    ['ours', { ...share, default: 0.5, tune: 'gradient' }],
    ['Optuna', { name: 'FloatDistribution', attributes: { low: 0, high: 1, log: false, step: null } }],
    ['Optuna before version 3', { name: 'IntLogUniformDistribution', attributes: { low: 1, high: 9 } }],
    ['NNI', { _type: 'loguniform', _value: [1e-4, 1] }],
    [
      'a nested choice of NNI',
      { _type: 'choice', _value: [{ _name: 'a', x: { _type: 'uniform', _value: [0, 1] } }, 'b'] },
    ],
    ['W&B', { values: [1, 2] }],
    ['W&B with a distribution', { distribution: 'q_log_uniform_values', min: 1, max: 9, q: 1 }],
    ['a group of W&B', { parameters: { a: { min: 0, max: 1 }, b: { value: 3 } } }],
  ])('a parameter in the notation of %s, with a condition', (_, given) => {
    const space = { on: { type: 'boolean' }, p: { ...given, when: { on: [true] } } };
    expect(verdicts({ space })).toEqual({ schema: true, ours: true });
  });

  test('a default in another notation', () => {
    const space = { a: { _type: 'uniform', _value: [0, 1], default: 0.1 }, b: { min: 1, max: 3, default: 2 } };
    expect(verdicts({ space })).toEqual({ schema: true, ours: true });
  });
});

describe('wrong to us and to the schema', () => {
  test.each<[string, object]>([
    ['an unknown key', { budgett: {} }],
    ['a name with a slash', { name: 'a/b' }],
    ['an unknown layer', inside({ dens: 3 })],
    ['an unknown layer by name', inside('dens')],
    ['two names for one layer', inside({ dense: 3, flatten: {} })],
    ['no name for a layer', inside({})],
    ['an unknown option', inside({ dense: { units: 3, colour: 'red' } })],
    ['an option that is missing', inside({ dense: { useBias: true } })],
    ['a number outside of its range', inside({ dropout: 2 })],
    ['a fraction for a whole number', inside({ dense: 2.5 })],
    [
      'a mistake in a layer in a layer',
      inside({ stack: { times: 2, layers: [{ stack: { times: 1, layers: ['dens'] } }] } }),
    ],
    ['a list that is too short', inside({ maxPool: [2] })],
    ['a tag of two words', { needs: { tags: ['big gpu'] } }],
    ['memory as a number', { needs: { memory: 8 } }],
    ['an unknown need', { needs: { gpu: true } }],
    ['true for early stopping', { train: { earlyStopping: true } }],
    ['a parameter for a sampler', { search: { sampler: '$s' }, space: { s: optimizer } }],
    [
      'a parameter for a sampler within one',
      { search: { sampler: { gradient: { structure: { tpe: { candidates: '$units' } } } } }, space: { units } },
    ],
    ['a sampler within itself', { search: { sampler: { gradient: { structure: 'gradient' } } } }],
    ['a parameter in the budget', { budget: { trials: '$t' }, space: { t: units } }],
    ['a duration without a unit', { budget: { duration: 600 } }],
    ['an unknown goal', { metric: { goal: 'min' } }],
    ['a negative seed', { seed: -1 }],
    ['a parameter of no type', { space: { a: { low: 1, high: 2 } } }],
    ['a parameter of an unknown type', { space: { a: { type: 'loguniform', low: 1, high: 2 } } }],
    ['a parameter with keys of two notations', { space: { a: { type: 'float', min: 1, max: 2 } } }],
    ['a parameter without choices', { space: { a: { type: 'categorical', choices: [] } } }],
    ['NNI without values', { space: { a: { _type: 'uniform' } } }],
    ['W&B with a key of another distribution', { space: { a: { distribution: 'uniform', min: 0, max: 1, q: 2 } } }],
    ['Optuna with unknown attributes', { space: { a: { name: 'IntDistribution', attributes: { low: 1, hihg: 2 } } } }],
  ])('%s', (_, contents) => {
    expect(verdicts(contents)).toEqual({ schema: false, ours: false });
  });

  test('every malformed file whose keys or types are wrong', async () => {
    const files = (await readdir(malformed)).filter(name => /^(?:keys|types)-/.test(name));
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) {
      const contents: unknown = parse(await readFile(join(malformed, file), 'utf8'));
      expect([file, validate(contents)]).toEqual([file, false]);
    }
  });
});

test('every technique is described where editors look', () => {
  const described = schema.definitions!['layers']!.anyOf![1]!.properties!;
  expect(Object.keys(described)).toEqual(Object.keys(layers));
  for (const [name, { description }] of Object.entries(described))
    expect(description).toBe(layers[name as keyof typeof layers].summary);
});

test('a technique that holds others of its kind refers to them by name', () => {
  expect(JSON.stringify(schema).length).toBeLessThan(200_000);
  expect(JSON.stringify(schema.definitions!['layers'])).toContain('"$ref":"#/definitions/layers"');
});
