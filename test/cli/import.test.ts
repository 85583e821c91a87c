/**
 * `tune import`: studies of Optuna, W&B and NNI become ours. Optuna's files are golden (test/golden/make-optuna-import.py).
 * import-wandb.json is written by hand after the attributes of runs and sweeps in W&B's public API, import-nni.json after
 * `export_trials_data` in nni/tools/nnictl/nnictl_utils.py.
 */
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readJournal } from '../../src/storage/journal.ts';
import { fold } from '../../src/study/fold.ts';
import { root } from './program.ts';
import { testFolder } from '../tune/test-folder.ts';
import { runLight } from './stored-study.ts';

const cwd = testFolder();
const run = (...args: string[]) => runLight(args, cwd);
const read = async (study: string) => fold(await readJournal(join(cwd, 'reports', study, 'journal.log')));

const write = (name: string, contents: unknown): string => {
  writeFileSync(join(cwd, name), typeof contents === 'string' ? contents : JSON.stringify(contents));
  return name;
};

beforeAll(() => {
  for (const name of ['optuna-import.db', 'optuna-import.log', 'import-wandb.json', 'import-nni.json'])
    copyFileSync(join(root, 'test', 'golden', name), join(cwd, name));
});

describe.each(['db', 'log'])('a study of Optuna: optuna-import.%s', kind => {
  const name = `mixed-${kind}`;

  test('is one of ours, and goes on', async () => {
    const imported = await run('import', `optuna-import.${kind}`, '--study', 'mixed', '--name', name);
    expect(imported).toMatchObject({ code: 0, err: '', native: false });
    const trials = '42 trials of Optuna: 37 complete, 1 pruned, 2 failed, 1 unfinished, 1 enqueued';
    expect(imported.out).toMatch(new RegExp(`^${name}: ${trials}\nto minimize\nbest: trial 20 with 0\\.4637\n`));
    expect(await run('verify', name)).toMatchObject({ code: 0 });
    const { study, trials: all } = await read(name);
    const momentum = study!.space.params.find(({ name }) => name === 'momentum');
    expect(momentum).toMatchObject({ when: { optimizer: ['sgd'] }, low: 0, high: 0.9, step: 0.1 });
    // Optuna's steps began with 0.
    expect(all[3]!.curve.map(({ step }) => step)).toEqual([1, 2, 3]);
    expect(all[3]!.curve[1]!.value).toBeNaN();
    expect(all[6]).toMatchObject({ state: 'failed', curve: [{}, {}, {}], attributes: { imported: 'trial 6' } });
    expect(all[5]).toMatchObject({ state: 'pruned', attributes: { note: { text: 'é "quoted"', list: [1, null] } } });
    expect(all[40]).toMatchObject({ state: 'running', config: { lr: expect.any(Number) } });
    const asked = JSON.parse((await run('ask', name, '--json')).out);
    expect(asked).toMatchObject({ trial: 41, config: { lr: 0.01, optimizer: 'adam' } });
    expect(await run('tell', name, '41', '0.25')).toMatchObject({ code: 0 });
    expect(JSON.parse((await run('ask', name, '--json')).out)).toMatchObject({ trial: 42 });
    expect((await run('best', name)).out).toMatch(/^trial 41: 0\.25\n/);
  });

  test('of two objectives has its front', async () => {
    await run('import', `optuna-import.${kind}`, '--study', 'two', '--name', `two-${kind}`);
    const { study, trials } = await read(`two-${kind}`);
    expect(study!.directions).toEqual(['minimize', 'maximize']);
    expect(trials.map(({ values }) => values?.length)).toEqual([2, 2, 2, 2, 2]);
    expect(await run('best', `two-${kind}`)).toMatchObject({ code: 0 });
  });
});

test('runs of W&B, in the space of their sweep', async () => {
  const { out, code } = await run('import', 'import-wandb.json');
  expect(out.split('\n')).toEqual([
    'digits-sweep: 6 trials of W&B: 1 complete, 1 pruned, 3 failed, 1 unfinished',
    'to minimize val_loss',
    'best: trial 0 with 0.25',
    'left out, as it does not fit: 1',
    '  run odd-7: "units" cannot be 48',
    'journal  reports/digits-sweep/journal.log',
    '',
  ]);
  expect(code).toBe(0);
  const { study, trials } = await read('digits-sweep');
  expect(study!.space.params.map(({ name, type }) => [name, type])).toEqual([
    ['lr', 'float'],
    ['units', 'categorical'],
    ['optimizer.name', 'categorical'],
    ['epochs', 'categorical'],
  ]);
  expect(trials[0]).toEqual({
    id: 0,
    state: 'complete',
    attempt: 1,
    config: { lr: 0.001, units: 32, 'optimizer.name': 'adam', epochs: 3 },
    curve: [
      { step: 1, value: 0.75 },
      { step: 2, value: 0.5 },
      { step: 3, value: 0.25 },
    ],
    value: 0.25,
    attributes: { val_acc: 0.91, seconds: 12.5, imported: 'run brisk-sweep-1' },
    startedAt: '2024-03-01T10:00:00.000Z',
    finishedAt: '2024-03-01T10:00:12.500Z',
  });
  expect(trials.slice(1).map(({ state, value, failure }) => [state, value ?? failure?.cause])).toEqual([
    ['failed', 'error'],
    ['failed', 'nan'],
    ['pruned', 2.25],
    ['failed', 'crash'],
    ['running', undefined],
  ]);
});

test('runs of W&B without a sweep: the space follows from what varied', async () => {
  const config = (lr: number, units: number, more = {}) => ({ config: { lr, units, data: 'mnist', ...more } });
  const runs = [
    { name: 'a', ...config(1e-4, 8, { layers: 1 }), summary: { val_acc: 0.8 }, state: 'finished' },
    { name: 'b', ...config(0.5, 64, { layers: 2, units2: 3 }), summary: { val_acc: 0.9 }, state: 'finished' },
    { name: 'c', ...config(0.1, 16, { layers: 2, units2: 5 }), summary: { val_acc: 0.7 }, state: 'finished' },
  ];
  const { out } = await run('import', write('runs.json', runs), '--metric', 'val_acc', '--json');
  expect(JSON.parse(out)).toMatchObject({
    study: 'runs',
    directions: ['minimize'],
    space: {
      params: [
        { name: 'lr', type: 'float', low: 1e-4, high: 0.5, log: true },
        { name: 'units', type: 'int', low: 8, high: 64, log: false },
        { name: 'layers', type: 'int', low: 1, high: 2 },
        { name: 'units2', type: 'int', low: 3, high: 5, when: { layers: [2] } },
      ],
    },
    leftOut: [],
  });
  const better = await run('import', 'runs.json', '--metric', 'val_acc', '--goal', 'maximize', '--name', 'better');
  expect(better.out).toContain('to maximize val_acc\nbest: trial 1 with 0.9\nno parameters: data "mnist"\n');
});

test('trials of NNI, with nested choices', async () => {
  expect(await run('import', 'import-nni.json')).toMatchObject({
    code: 2,
    err: expect.stringContaining('does not say which values are good\n    expected --goal minimize or --goal maximize'),
  });
  await run('import', 'import-nni.json', '--goal', 'maximize');
  const { study, trials } = await read('import-nni');
  expect(study!.space.params.at(-1)).toMatchObject({ name: 'optimizer.sgd.momentum', when: { optimizer: ['sgd'] } });
  expect(trials[0]).toMatchObject({
    value: 0.91,
    config: { optimizer: 'sgd', 'optimizer.sgd.momentum': 0.5 },
    curve: [
      { step: 1, value: 0.5 },
      { step: 2, value: 0.8 },
      { step: 3, value: 0.91 },
    ],
    attributes: { imported: 'trial KpQ3x' },
  });
  expect(trials[1]).toMatchObject({ value: 0.95, attributes: { metrics: { default: 0.95, loss: 0.2 } } });
  expect(trials[2]).toMatchObject({ state: 'failed', failure: { cause: 'nan' } });
});

describe('with a space file', () => {
  const space = { lr: { type: 'float', low: 1e-4, high: 0.2, log: true }, units: { type: 'int', low: 8, high: 256 } };

  test('trials must fit it, and it goes on with the study', async () => {
    const rows = [
      { Name: 'a', State: 'finished', Created: '2024-01-01T00:00:00Z', lr: 0.1, units: 8, note: 'x', val_loss: 0.5 },
      { Name: 'b', State: 'finished', Created: '2024-01-01T00:00:00Z', lr: 0.1, units: 512, val_loss: 0.1 },
      { Name: 'c', State: 'crashed', Created: '2024-01-01T00:00:00Z', lr: 0.01, units: 16 },
    ];
    const file = write('mine.json', { space, metric: { name: 'val_loss' } });
    const { out } = await run('import', write('rows.json', rows), '--space', file);
    expect(out).toContain('mine: 2 trials of W&B: 1 complete, 0 pruned, 1 failed\nto minimize val_loss\n');
    expect(out).toContain('left out, as it does not fit: 1\n  run b: "units" cannot be 512\n');
    expect((await read('mine')).trials[0]!.attributes).toMatchObject({ note: 'x', imported: 'run a' });
    expect(JSON.parse((await run('ask', file, '--json')).out)).toMatchObject({ study: 'mine', trial: 2 });
    write('next.json', { space, search: { warmStart: ['reports/mine'] } });
    for (const config of [{ lr: expect.any(Number) }, { lr: 0.1, units: 8 }])
      expect(JSON.parse((await run('ask', 'next.json', '--json')).out)).toMatchObject({ config });
  });

  test('Optuna must search in its direction', async () => {
    const file = write('up.json', { space, metric: { name: 'val', goal: 'maximize' } });
    expect(await run('import', 'optuna-import.db', '--study', 'mixed', '--space', file)).toMatchObject({
      code: 2,
      err: expect.stringContaining('the study of Optuna is to minimize, not to maximize'),
    });
  });
});

describe('refused with exit code 2, and no study is begun', () => {
  const run1 = { name: 'a', state: 'finished' };
  test.each<[name: string, contents: unknown, options: string[], message: string]>([
    ['gone', undefined, [], 'ENOENT'],
    ['text', 'hello', [], 'text: the file is of no kind that is known'],
    ['empty', '', [], 'empty: the file is of no kind that is known'],
    ['broken', '[{"name": "a",\n "config": {]', [], 'broken:2: this is no JSON'],
    ['no-runs', {}, [], 'no-runs: the file has no runs\n    expected a list of runs'],
    ['no-list', { runs: [1] }, ['--metric', 'x'], 'no-list: [0] is no run'],
    ['no-metric', [{ ...run1, config: { x: 1 }, summary: { y: 1 } }], [], 'name it: --metric val_loss'],
    ['no-value', [{ ...run1, config: { x: 1 }, summary: { y: 1 } }], ['--metric', 'z'], 'no run has a value "z"'],
    ['no-space', [{ ...run1, x: 1, y: 2 }], ['--metric', 'y'], 'say what varied: --space space.json'],
    ['no-change', [{ ...run1, config: { x: 1 }, summary: { y: 1 } }], ['--metric', 'y'], 'no parameter varies'],
    ['no-parameter', [{ parameter: { x: 1 }, value: '1' }, {}], ['--goal', 'minimize'], '[1] has no "parameter"'],
    [
      'no-name',
      [{ parameter: { 'a b': 1 }, value: '1' }],
      ['--goal', 'minimize'],
      'a parameter cannot have the name "a b"',
    ],
    [
      'bad-name',
      [{ parameter: { a: 1 }, value: '1' }],
      ['--goal', 'minimize', '--name', '../x'],
      '"../x" is no name of a study',
    ],
    ['deep', `${'['.repeat(200_000)}${']'.repeat(200_000)}`, [], 'too many nested brackets'],
    ['cut.db', 'SQLite format 3\0 and no more', [], 'cut.db: the header of the database is damaged'],
    [
      'line.log',
      '{"op_code": 0, "worker_id": "x"}\n{"op_code"\n',
      [],
      'line.log:2: the line is no operation of a journal',
    ],
    ['none.log', '{"op_code": 1, "worker_id": "x", "study_id": 0}\n', [], 'none.log: the file has no study'],
    [
      'odd.log',
      '{"op_code": 0, "worker_id": "x", "study_name": "s", "directions": 3}\n',
      [],
      'odd.log:1: the line makes no sense',
    ],
  ])('%s', async (name, contents, options, message) => {
    if (contents !== undefined) write(name, contents);
    const { code, out, err } = await run('import', name, ...options);
    expect(err).toContain(message);
    expect(err).not.toMatch(/^ +at /m);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(existsSync(join(cwd, 'reports', name.replace(/\..*/, '')))).toBe(false);
  });

  test('a study that is there', async () => {
    const file = write('twice.json', [{ parameter: { a: 1 }, value: '1' }]);
    expect(await run('import', file, '--goal', 'minimize')).toMatchObject({ code: 0 });
    const before = readFileSync(join(cwd, 'reports', 'twice', 'journal.log'));
    const { code, err } = await run('import', file, '--goal', 'minimize');
    expect([code, err]).toEqual([2, expect.stringContaining('there is a study "twice" in')]);
    expect(readFileSync(join(cwd, 'reports', 'twice', 'journal.log'))).toEqual(before);
  });

  test('a database that a program has open', async () => {
    copyFileSync(join(cwd, 'optuna-import.db'), join(cwd, 'open.db'));
    writeFileSync(join(cwd, 'open.db-wal'), 'x');
    const { code, err } = await run('import', 'open.db', '--json');
    expect([code, err]).toEqual([2, '']);
    expect((await run('import', 'open.db')).err).toContain(
      'a program has the database open, or was killed: see open.db-wal',
    );
  });

  test.each(['__proto__', 'constructor', 'prototype'])('the key %s', async key => {
    const inner = `{"${key}": {"polluted": true}}`;
    for (const text of [
      `[{"parameter": ${inner}, "value": "1"}]`,
      `[{"parameter": {"a": 1}, "value": "1", "x": ${inner}}]`,
      `[{"name": "a", "config": ${inner}, "summary": {"y": 1}}]`,
    ]) {
      const { code, err } = await run('import', write('evil.json', text), '--goal', 'minimize', '--metric', 'y');
      expect([code, err]).toEqual([2, expect.stringContaining(`the key "${key}" is not allowed`)]);
    }
    const lines = [
      { op_code: 0, worker_id: 'x', study_name: 's', directions: [1] },
      { op_code: 4, worker_id: 'x', study_id: 0, datetime_start: null },
      {
        op_code: 5,
        worker_id: 'x',
        trial_id: 0,
        param_name: key,
        param_value_internal: 0,
        distribution: '{"name": "CategoricalDistribution", "attributes": {"choices": [{"polluted": 1}]}}',
      },
      { op_code: 6, worker_id: 'x', trial_id: 0, state: 1, values: [1], datetime_complete: '2024-01-01T00:00:00' },
    ];
    const journal = write('evil.log', lines.map(line => `${JSON.stringify(line)}\n`).join(''));
    const { code, err } = await run('import', journal);
    expect([code, err]).toEqual([2, expect.stringContaining(`"${key}"`)]);
  });
});
