import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TuneError } from '../../src/errors.ts';
import type { CategoricalParam } from '../../src/space/params.ts';
import { loadSpaceFile, parseSpaceFile } from '../../src/space/parse.ts';
import { sections } from '../../src/tune/sections.ts';

function parse(contents: object) {
  return parseSpaceFile({ name: 'study', ...contents }, sections);
}

/** Every message, hints and expectations aside. */
function mistakesIn(contents: unknown): string[] {
  try {
    parseSpaceFile(contents, sections);
  } catch (error) {
    if (error instanceof TuneError && error.code === 'SPACE_INVALID')
      return error.problems.map(({ message }) => message);
    throw error;
  }
  return [];
}

describe('what a file leaves out', () => {
  test('is twenty trials with seed 1 that minimize valLoss, in the current folder', () => {
    const { search, locate, written: _, ...file } = parse({});
    expect(file).toEqual({
      name: 'study',
      folder: process.cwd(),
      space: { params: [], constraints: [] },
      budget: { trials: 20 },
      metric: { name: 'valLoss', goal: 'minimize' },
      metrics: [{ name: 'valLoss', goal: 'minimize' }],
      seed: 1,
    });
    expect(search).toMatchObject({ controls: 10, deterministic: false, enqueue: [], warmStart: [] });
    expect(search.sampler.knobs).toBeDefined();
    expect(locate(['seed'])).toBeUndefined();
  });

  test('is the value that a trainer module returns', () => {
    expect(parse({ trainer: './mine.js' })).toMatchObject({
      metric: { name: 'value', goal: 'minimize' },
      trainer: resolve('mine.js'),
    });
  });

  test('is the metric of an objective, where there is one', () => {
    expect(parseSpaceFile({ name: 'n' }, sections, { metric: 'value' }).metric.name).toBe('value');
  });
});

describe('what a file says', () => {
  test.each([
    ['valLoss', 'minimize'],
    ['valAccuracy', 'maximize'],
    ['accuracy', 'maximize'],
    ['valMse', 'minimize'],
    ['accuracyLoss', 'minimize'],
  ])('%s alone is to %s', (name, goal) => {
    expect(parse({ metric: { name } }).metric).toEqual({ name, goal });
    expect(parse({ metric: { name, goal: 'maximize' } }).metric).toEqual({ name, goal: 'maximize' });
  });

  test('may be several; then nothing is pruned unless the file says so', () => {
    const metric = [{ name: 'valLoss' }, { name: 'valAccuracy' }, { name: 'inferenceMs' }];
    const { metric: first, metrics, search } = parse({ metric });
    const goals = ['minimize', 'maximize', 'minimize'];
    expect(metrics).toEqual(metric.map(({ name }, index) => ({ name, goal: goals[index] })));
    expect(first).toEqual(metrics[0]);
    expect(search.pruner.technique.name).toBe('none');
    expect(parse({ metric: metric.slice(0, 1) }).search.pruner).toEqual(parse({}).search.pruner);
    expect(parse({ metric, search: { pruner: 'median' } }).search.pruner.technique.name).toBe('median');
    expect(() => parse({ metric: [{ name: 'valLoss' }, {}] })).toThrow('"metric" names one twice');
    expect(() => parse({ metric: [] })).toThrow('"metric" is an empty list');
    expect(() => parse({ metric: [{ name: 'a' }, { name: 'b', gaol: 'minimize' }] })).toThrow('did you mean "goal"');
  });

  test.each([
    ['90s', 90],
    ['10m', 600],
    ['1.5h', 5400],
    ['500ms', 0.5],
    ['1d', 86_400],
  ])('%s are %d seconds', (duration, seconds) => {
    const budget = { trials: 3, duration, trialDuration: duration, target: 0.1 };
    expect(parse({ budget }).budget).toEqual({ trials: 3, duration: seconds, trialDuration: seconds, target: 0.1 });
  });

  test.each(['digits', 'a', '0', 'digits-2_x.y', 'Con-1', `a${'b'.repeat(99)}`])('%j is a name', name => {
    expect(parse({ name }).name).toBe(name);
  });

  test.each([
    '',
    '.',
    '..',
    '../x',
    'a/b',
    'a\\b',
    '-a',
    '.a',
    'a.',
    'a b',
    'ü',
    'CON',
    'nul.txt',
    'com1',
    'a\n',
    'a'.repeat(101),
  ])('%j is no name', name => {
    expect(mistakesIn({ name })).toHaveLength(1);
  });

  test('templates stay as they are', () => {
    const contents = {
      data: { csv: '$file' },
      model: { layers: [{ dense: '$units' }] },
      train: {},
      space: {
        units: { type: 'int', low: 1, high: 8 },
        file: { type: 'categorical', choices: ['a.csv', 'b.csv'] },
      },
      constraints: ['units < 8'],
      seed: 0,
    };
    const { data, model, train, space, seed } = parse(contents);
    expect({ data, model, train, seed }).toEqual({ ...pick(contents), seed: 0 });
    expect(space.params.map(({ name }) => name)).toEqual(['units', 'file']);
    expect(space.constraints).toEqual(['units < 8']);
  });

  function pick({ data, model, train }: { data: object; model: object; train: object }) {
    return { data, model, train };
  }

  test('is frozen where it is a space', () => {
    const { space } = parse({ space: { x: { type: 'categorical', choices: [{ a: 1 }] } } });
    expect(Object.isFrozen(space) && Object.isFrozen(space.params) && Object.isFrozen(space.params[0])).toBe(true);
    expect(Object.isFrozen((space.params[0] as CategoricalParam).choices[0])).toBe(true);
  });
});

describe('a file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tune-space-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function load(name: string, text: string) {
    const path = join(folder, name);
    await writeFile(path, text);
    return loadSpaceFile(path, sections);
  }

  test('gives the study its name, and relative paths their folder', async () => {
    const file = await load('my-digits.json', '{ "trainer": "./lib/../mine.js" }');
    expect(file).toMatchObject({
      name: 'my-digits',
      folder,
      file: join(folder, 'my-digits.json'),
      trainer: join(folder, 'mine.js'),
    });
  });

  test('has a name of its own before that', async () => {
    expect((await load('a b.json', '{ "name": "digits" }')).name).toBe('digits');
  });

  test('knows where each of its parts is, also of parameters in other notations', async () => {
    const file = await load(
      'where.json',
      '{\n"seed": 3,\n"space": {\n"lr": { "_type": "uniform", "_value": [0, 1] },\n' +
        '"sgd": { "parameters": { "momentum": { "min": 0.1, "max": 0.5 } } } } }',
    );
    const at = (...path: string[]): string => `${file.locate(path)?.line}:${file.locate(path)?.column}`;
    expect(at('seed')).toBe('2:9');
    expect(at('space', 'lr')).toBe('4:7');
    expect(at('space', 'lr', 'high')).toBe('4:43');
    expect(at('space', 'sgd.momentum', 'low')).toBe('5:47');
    expect(at('space', 'not-in-the-file')).toBe('1:1');
  });
});

describe('contents from code', () => {
  test('name the path of each mistake', () => {
    const contents = { name: 'x', space: { a: { type: 'int', low: 3, high: 1 } }, budget: { trials: 0 } };
    expect(mistakesIn(contents)).toEqual(['budget.trials: "trials" is 0', 'space.a.low: the lower bound 3 is above the upper one, 1']); // prettier-ignore
  });

  test('need a name, since there is no file to take it from', () => {
    expect(mistakesIn({})).toEqual(['name: "name" is missing']);
  });

  test.each([[undefined], [null], [5], ['x'], [[]], [() => 1]])('%j are no space file', contents => {
    expect(mistakesIn(contents)).toHaveLength(1);
  });

  test('cannot change Object.prototype', () => {
    const evil = JSON.parse('{ "__proto__": { "polluted": 1 } }') as object;
    const choices = { type: 'categorical', choices: [1, evil] };
    expect(mistakesIn({ name: 'n', space: evil })[0]).toContain('cannot have the name "__proto__"');
    expect(mistakesIn({ name: 'n', train: evil })).toEqual(['train.__proto__: unknown key "__proto__"']);
    expect(mistakesIn({ name: 'n', train: { optimizer: '$x' }, space: { x: choices } })).toEqual([
      'space.x.choices.0: this optimizer needs one name, or { name: options }',
      'space.x.choices.1.__proto__: unknown optimizer "__proto__"',
    ]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

test('mistakes in one section hide none in the others', () => {
  const contents = {
    nmae: 'x',
    name: 'a b',
    data: { csv: 5 },
    model: { layers: [{ dense: '$units' }, 'dnse'] },
    train: { epochs: 0 },
    space: { units: { type: 'int', low: 9, high: 1 } },
    constraints: ['units <'],
    search: { sampler: 'randm' },
    budget: { trials: -1 },
    seed: 0.5,
  };
  expect(mistakesIn(contents)).toEqual([
    'name: "name" is "a b"',
    'search.sampler: unknown sampler "randm"',
    'budget.trials: "trials" is -1',
    'seed: "seed" is 0.5',
    'nmae: unknown key "nmae"',
    'space.units.low: the lower bound 9 is above the upper one, 1',
    'constraints.0: cannot read the constraint: expected expression after <',
    'data.csv: "csv" is 5',
    'model.layers.1: unknown layer "dnse"',
    'train.epochs: "epochs" is 0',
  ]);
});

test('a trainer module and sections that it replaces do not go together', () => {
  expect(mistakesIn({ name: 'n', trainer: 'x.js', data: { csv: 'a.csv' }, model: { layers: [] }, train: {} })).toEqual([
    'data: "data" has no effect beside "trainer"',
    'model: "model" has no effect beside "trainer"',
    'train: "train" has no effect beside "trainer"',
  ]);
});
