/** `tune trials`: which trials, in which order, with which facts. */
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Trial } from '../../src/study/trial.ts';
import { input, time, trials } from '../report/study.ts';
import { testFolder } from '../tune/test-folder.ts';
import { runLight, writeStudy } from './stored-study.ts';

const cwd = testFolder();
const run = (...args: string[]) => runLight(['trials', ...args], cwd);

beforeAll(async () => {
  const hostile: Trial = {
    ...trials[6]!,
    id: 9,
    failure: { cause: 'error', message: `\u001b]0;title\u0007 ${'x'.repeat(200)}` },
  };
  const { finishedAt: _, ...begun } = { ...trials[0]!, id: 10, startedAt: time(60) };
  const all = [...trials, hostile, { ...begun, state: 'running' } as Trial];
  await writeStudy(join(cwd, 'reports'), 'digits', { ...input, trials: all });
  await writeStudy(join(cwd, 'reports'), 'accuracy', input, { direction: 'maximize' });
  const values = [
    [1, 5],
    [2, 9],
    [3, 8],
  ].map(([a, b], id) => ({ ...trials[0]!, id, value: a!, values: [a!, b!] }));
  await writeStudy(join(cwd, 'reports'), 'two', { ...input, trials: values }, { directions: ['minimize', 'maximize'] });
});

/** First words of the lines under the head. */
const idsOf = (out: string): number[] =>
  out
    .trimEnd()
    .split('\n')
    .slice(1)
    .map(line => Number.parseInt(line, 10));

test('shows all of them with epochs, time and why they failed, without TensorFlow', async () => {
  const { code, out, err, native } = await run('digits');
  expect({ code, err, native }).toEqual({ code: 0, err: '', native: false });
  expect(idsOf(out)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(out).toMatch(
    /^trial +state +value +epochs +time +learningRate +units +optimizer +momentum +normalize +message$/m,
  );
  expect(out).toMatch(/^ +3 +complete +0\.303 +8 +4\.0 s +0\.03123 +64 +sgd +0\.9 +true$/m);
  expect(out).toMatch(/^ +6 +failed: crash +0\.001 +256 +adam +– +true +the host ended with SIGSEGV$/m);
  expect(out).toMatch(/^ +10 +running /m);
});

test('text of others cannot drive the terminal', async () => {
  const { out } = await run('digits');
  expect(out).toMatch(/\\x1b\]0;title\\x07 x+…$/m);
  expect(out).not.toContain('\u001b');
});

test.each<[string[], number[]]>([
  [
    ['--state', 'failed'],
    [2, 5, 6, 9],
  ],
  [
    ['--state', 'pruned,running'],
    [4, 10],
  ],
  [
    ['--limit', '2'],
    [0, 1],
  ],
  [
    ['--sort', 'value', '--limit', '4'],
    [7, 3, 8, 0],
  ],
  [
    ['--sort', 'value', '--state', 'complete,failed', '--limit', '6'],
    [7, 3, 8, 0, 1, 2],
  ],
])('%j', async (options, ids) => {
  expect(idsOf((await run('digits', ...options)).out)).toEqual(ids);
});

test('the best value is that of the direction, and of the first objective', async () => {
  expect(idsOf((await run('accuracy', '--sort', 'value', '--limit', '2')).out)).toEqual([1, 0]);
  const { out } = await run('two', '--sort', 'value');
  expect(idsOf(out)).toEqual([0, 1, 2]);
  expect(out).toMatch(/^ +1 +complete +2, 9 /m);
});

test('as JSON they are whole', async () => {
  const { out, native } = await run('digits', '--json', '--state', 'failed', '--limit', '1');
  expect(native).toBe(false);
  expect(JSON.parse(out)).toEqual({
    study: 'digits',
    direction: 'minimize',
    directions: ['minimize'],
    trials: [{ ...trials[2], finishedAt: time(11) }],
  });
});

test('none of them is no error', async () => {
  expect(await run('digits', '--state', 'waiting')).toMatchObject({ code: 0, out: 'no such trials\n' });
});

test.each<[string[], string]>([
  [['digit'], `error: no study "digit" in ${join(cwd, 'reports')}\n    did you mean "digits"?\nRun \`tune list\``],
  [['digits', '--state', 'done'], 'Expected some of complete, pruned, failed, running, paused, interrupted, waiting'],
  [['digits', '--sort', 'time'], 'Allowed choices are id, value'],
  [['digits', '--limit', '0'], 'Expected a whole number from 1'],
  [[], "missing required argument 'study'"],
])('%j is refused with exit code 2', async (args, message) => {
  const { code, out, err } = await run(...args);
  expect(err).toContain(message);
  expect({ code, out }).toEqual({ code: 2, out: '' });
});
