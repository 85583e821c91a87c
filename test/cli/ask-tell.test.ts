/** `tune ask`, `tune tell`, `tune enqueue`: a study run by a shell script, one process a question. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { openJournal, readJournal } from '../../src/storage/journal.ts';
import { fold } from '../../src/study/fold.ts';
import { input } from '../report/study.ts';
import { testFolder } from '../tune/test-folder.ts';
import { root } from './program.ts';
import { runLight, writeStudy } from './stored-study.ts';

const cwd = testFolder();
const reports = join(cwd, 'reports');
const run = (...args: string[]) => runLight(args, cwd);

async function answer(...args: string[]): Promise<Record<string, any>> {
  const { code, out, err, native } = await run(...args, '--json');
  expect({ code, err, native }).toEqual({ code: 0, err: '', native: false });
  return JSON.parse(out) as Record<string, any>;
}

function writeSpace(name: string, more: object = {}): string {
  const space = {
    x: { type: 'float', low: -5, high: 5, default: 1 },
    kind: { type: 'categorical', choices: ['a', 'b'] },
    shift: { type: 'int', low: 0, high: 9, when: { kind: ['b'] } },
  };
  writeFileSync(join(cwd, `${name}.json`), JSON.stringify({ space, ...more }));
  return `${name}.json`;
}

const trialsOf = async (name: string) => fold(await readJournal(join(reports, name, 'journal.log'))).trials;

test('a study is begun, gone on with by its name, and told what came out', async () => {
  const file = writeSpace('loop', { search: { sampler: 'random' }, seed: 3 });
  expect(await answer('ask', file)).toEqual({ study: 'loop', trial: 0, config: { x: 1, kind: 'a' } });
  // Trial 0 still runs, somewhere: the next one is another one.
  expect(await answer('ask', 'loop')).toMatchObject({ study: 'loop', trial: 1 });
  expect(await answer('tell', 'loop', '1', '-0.25')).toEqual({
    study: 'loop',
    trial: 1,
    state: 'complete',
    value: -0.25,
  });
  expect(await answer('tell', file, '0', '[1e-3]')).toMatchObject({ trial: 0, state: 'complete', value: 0.001 });
  expect(await answer('ask', file)).toMatchObject({ trial: 2 });
  expect((await trialsOf('loop')).map(({ state, attempt }) => [state, attempt])).toEqual([
    ['complete', 1],
    ['complete', 1],
    ['running', 1],
  ]);
  expect((await run('best', 'loop')).out).toMatch(/^trial 1: -0\.25\n/);
});

test('for people the answers are lines', async () => {
  const file = writeSpace('lines');
  expect((await run('ask', file)).out).toBe('trial 0\n  x 1\n  kind a\n');
  expect((await run('tell', 'lines', '0', '2.5')).out).toBe('trial 0: complete, 2.5\n');
  expect((await run('enqueue', 'lines', '{"kind":"b"}')).out).toBe('trial 1 waits\n');
});

test('trials may fail, be pruned, or have no number for a value', async () => {
  await run('ask', writeSpace('odd'));
  for (const _ of [1, 2, 3]) await run('ask', 'odd');
  const failure = { cause: 'nan', message: 'the value was NaN' };
  expect(await answer('tell', 'odd', '0', 'nan')).toEqual({ study: 'odd', trial: 0, state: 'failed', failure });
  expect((await run('tell', 'odd', '1', '--', '-Infinity')).out).toBe('trial 1: failed: the value was -Infinity\n');
  expect(await answer('tell', 'odd', '2', '--state', 'failed')).toMatchObject({ state: 'failed' });
  expect(await answer('tell', 'odd', '3', '0.5', '--state', 'pruned')).toMatchObject({ state: 'pruned', value: 0.5 });
  expect((await trialsOf('odd')).map(({ state }) => state)).toEqual(['failed', 'failed', 'failed', 'pruned']);
});

test('several objectives have several values', async () => {
  const metric = [{ name: 'error' }, { name: 'accuracy' }];
  await run('ask', writeSpace('two', { metric }));
  expect((await run('tell', 'two', '0', '0.5')).err).toContain('the study has 2 objectives, and 1 values are given');
  expect(await answer('tell', 'two', '0', '[0.5, 0.9]')).toMatchObject({ state: 'complete', values: [0.5, 0.9] });
  expect((await trialsOf('two'))[0]).toMatchObject({ value: 0.5, values: [0.5, 0.9] });
});

test('what is enqueued comes next, completed by the sampler', async () => {
  const file = writeSpace('queue', { search: { enqueue: [{ x: 2 }] } });
  expect(await answer('enqueue', file, '{"kind": "b", "shift": 7}')).toEqual({
    study: 'queue',
    trial: 2,
    config: { kind: 'b', shift: 7 },
  });
  const configs = [];
  for (const _ of [1, 2, 3]) configs.push((await answer('ask', 'queue'))['config']);
  expect(configs).toEqual([
    { x: 1, kind: 'a' },
    expect.objectContaining({ x: 2 }),
    { x: expect.any(Number), kind: 'b', shift: 7 },
  ]);
});

test('processes that ask at the same time get different trials', async () => {
  const file = writeSpace('many', { search: { sampler: 'random' } });
  await run('ask', file);
  const ids = Array.from({ length: 8 }, async () => (await answer('ask', 'many'))['trial'] as number);
  expect((await Promise.all(ids)).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('a shell script tunes with it', () => {
  writeSpace('script', { search: { sampler: 'sobol' } });
  const script = `set -e
    for n in 1 2 3; do
      asked=$(tune ask script.json --json)
      id=$(node -p 'JSON.parse(process.argv[1]).trial' "$asked")
      value=$(node -p '(JSON.parse(process.argv[1]).config.x - 2) ** 2' "$asked")
      tune tell script "$id" "$value"
    done`;
  const main = join(root, 'dist', 'cli', 'main.js');
  const shell = `tune() { "${process.execPath}" "${main}" "$@"; }\nnode() { "${process.execPath}" "$@"; }\n${script}`;
  const out = execFileSync('bash', ['-c', shell], { cwd, encoding: 'utf8' });
  expect(out).toMatch(/^trial 0: complete, 1\ntrial 1: complete, [\d.]+\ntrial 2: complete, [\d.]+\n$/);
});

test('a deterministic study has as many trials at a time as it says', async () => {
  const file = writeSpace('strict', { search: { deterministic: 1 } });
  await run('ask', file);
  expect(await run('ask', file)).toMatchObject({ code: 2, err: expect.stringContaining('trials that still run') });
  await run('tell', file, '0', '1');
  expect(await answer('ask', 'strict')).toMatchObject({ trial: 1 });
});

test('a study in the hands of another process is waited for, then left alone', async () => {
  await run('ask', writeSpace('held'));
  const journal = await openJournal(join(reports, 'held', 'journal.log'));
  const soon = answer('ask', 'held');
  setTimeout(() => void journal.close(), 1500);
  expect(await soon).toMatchObject({ trial: 1 });
  const again = await openJournal(join(reports, 'held', 'journal.log'));
  try {
    const { code, err } = await run('tell', 'held', '1', '3');
    expect(err).toContain(`process ${process.pid} is using this study`);
    expect(code).toBe(2);
  } finally {
    await again.close();
  }
}, 20_000);

describe('refused with exit code 2, and nothing is written', () => {
  beforeAll(async () => {
    writeFileSync(join(cwd, 'training.json'), '{ "data": { "csv": "data.csv" } }');
    writeFileSync(join(cwd, 'empty.json'), '{ "space": {} }');
    writeFileSync(join(cwd, 'broken.json'), '{ "space": {} ');
    const x = { type: 'float', low: 0, high: 1, tune: 'gradient' };
    writeFileSync(join(cwd, 'gradient.json'), JSON.stringify({ space: { x }, train: {} }));
    // One trial runs, another one waits.
    await run('ask', writeSpace('basis'));
    await run('enqueue', 'basis', '{"x":3}');
  });

  test.each<[string[], string]>([
    [['ask', 'nothing'], `error: no study "nothing" in ${reports}`],
    [['ask', 'basi.json'], 'did you mean "basis.json"?'],
    [['ask', 'basi'], 'did you mean "basis"?'],
    [['ask', 'basis', '--sampler', 'tep'], 'did you mean "tpe"?'],
    [['ask', 'training.json'], 'training.json describes training, which `tune` does itself'],
    [['ask', 'empty.json'], 'empty.json has no parameters in "space"'],
    [['ask', 'broken.json'], 'error: broken.json:1:'],
    [['ask', 'gradient.json'], 'has no validation gradient to tune by'],
    [['tell', 'basis', '1', '0.5'], 'error: trial 1 is waiting'],
    [['tell', 'basis', '9', '0.5'], 'error: trial 9 does not exist'],
    [['tell', 'basis', 'x', '0.5'], 'Expected a whole number from 0'],
    [['tell', 'basis', '0'], 'error: the value is missing\n    of a trial without one say --state failed'],
    [['tell', 'basis', '0', 'high'], 'error: value:1:1: '],
    [
      ['tell', 'basis', '0', '{"value":1}'],
      'error: the value is {"value":1}\n    expected a number, or a list of numbers',
    ],
    [['tell', 'basis', '0', '[1,2]'], 'the study has 1 objectives, and 2 values are given'],
    [['tell', 'basis', '0', '1', '--state', 'failed'], 'error: a failed trial has no value'],
    [['tell', 'basis', '0', '1', '--state', 'running'], 'Allowed choices are complete, pruned, failed'],
    [['enqueue', 'basis', '{"x":'], 'error: config:1:'],
    [['enqueue', 'basis', '[1]'], 'error: the configuration is [1]\n    expected an object'],
    [['enqueue', 'basis', '{"y":1}'], 'error: y: there is no parameter "y"'],
    [['enqueue', 'basis', '{"x":9}'], 'error: x: "x" cannot be 9\n    expected a number from -5 to 5'],
    [['enqueue', 'basis', '{"shift":1}'], 'error: shift: "shift" is not active here'],
  ])('%j', async (args, message) => {
    const before = await trialsOf('basis');
    const { code, out, err } = await run(...args);
    expect(err).toContain(message);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(await trialsOf('basis')).toEqual(before);
  });
});

test('a study of training takes wishes, by its name', async () => {
  await writeStudy(reports, 'digits', input, { sections: { metric: 'valLoss', train: {} } });
  expect(await answer('enqueue', 'digits', '{"units":33}')).toEqual({
    study: 'digits',
    trial: 9,
    config: { units: 33 },
  });
  expect((await trialsOf('digits'))[9]).toMatchObject({ state: 'waiting', enqueued: { units: 33 } });
});
