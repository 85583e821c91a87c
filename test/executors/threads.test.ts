/** Trainer threads in a host process: they overlap, they are told apart, and no crash takes a study down. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ThreadsExecutor } from '../../src/executors/threads.ts';
import type { Measurement } from '../../src/study/trial.ts';
import { goOn, job, start, trainer } from './hosts.ts';

test('two trials train at the same time, in two threads of one host', async () => {
  const executor = await start('rendezvous');
  const folder = mkdtempSync(join(tmpdir(), 'tune-threads-'));
  const seen: Measurement[] = [];
  const run = (trial: number) =>
    executor.run(job(trial, { folder }), measurement => (seen.push(measurement), 'continue'));
  expect(await Promise.all([run(0), run(1)])).toMatchObject([
    { state: 'complete', value: 0 },
    { state: 'complete', value: 1 },
  ]);
  const host = await executor.hostPid();
  expect(host).not.toBe(process.pid);
  expect(seen.map(({ metrics }) => metrics!['host'])).toEqual([host, host]);
  expect(new Set(seen.map(({ metrics }) => metrics!['thread'])).size).toBe(2);
});

describe('a trial that goes wrong is a result', () => {
  test.each([
    ['throws', 'error', /^trial 0 has had enough$/],
    ['NaN', 'nan', /returned NaN/],
    ['text', 'error', /returned string, not a number/],
    ['exit', 'error', /exited with code: 7/],
    ['SIGSEGV', 'crash', /trainer host ended by SIGSEGV/],
  ])('%s', async (trouble, cause, message) => {
    const executor = await start('troubled');
    expect(await executor.run(job(0, { trouble }), goOn)).toMatchObject({
      state: 'failed',
      failure: { cause, message: expect.stringMatching(message) },
    });
    // The next trial finds a host that works.
    expect(await executor.run(job(1, { trouble: 'no' }), goOn)).toMatchObject({ state: 'complete', value: 0 });
  });

  test('an endless loop ends with its host, soon after its time', async () => {
    const executor = await start('troubled', { trialDuration: 0.3, grace: 0.3 });
    const begun = performance.now();
    expect(await executor.run(job(0, { trouble: 'endless loop' }), goOn)).toMatchObject({
      failure: { cause: 'timeout' },
    });
    expect(performance.now() - begun).toBeLessThan(5000);
    expect(await executor.run(job(1, { trouble: 'no' }), goOn)).toMatchObject({ state: 'complete' });
  });
});

test('a verdict reaches the trainer', async () => {
  const executor = await start('troubled');
  let reports = 0;
  const result = await executor.run(job(0, { trouble: 'stopped' }), () => (++reports === 4 ? 'stop' : 'continue'));
  expect(result).toMatchObject({ state: 'pruned', stopped: 'pruner', value: 0.5 });
  expect(reports).toBe(4);
});

test('what a trainer prints comes out as lines', async () => {
  const lines: string[] = [];
  const executor = await start('troubled', { log: line => lines.push(line) });
  await executor.run(job(0, { trouble: 'prints' }), goOn);
  await executor.close();
  expect(lines).toEqual(['\u001b[2Jhello from a trainer']);
});

test('a host that has grown too much gives way to a new one, and loses no trial', async () => {
  const executor = await start('growing', { maxGrowth: 100 });
  const hosts: number[] = [];
  for (let trial = 0; trial < 8; trial += 2) {
    const pair = [trial, trial + 1].map(number => executor.run(job(number, {}), goOn));
    hosts.push(await executor.hostPid());
    for (const result of await Promise.all(pair)) expect(result).toMatchObject({ state: 'complete', value: 1 });
  }
  expect(new Set(hosts).size).toBeGreaterThan(1);
});

test.each([
  ['no-default', /no default export that is a function/],
  ['broken', /the module did not load: .*no-such-package-anywhere/],
  ['missing', /the module did not load/],
])('a module that is no trainer is refused before any trial: %s', async (name, message) => {
  await expect(start(name)).rejects.toMatchObject({
    code: 'TRAINER_INVALID',
    message: expect.stringMatching(message),
    problems: [{ where: { file: trainer(name) } }],
  });
});

describe('a trial that pauses', () => {
  /** Runs a trial to its next pause; where its steps were. */
  async function stretch(executor: ThreadsExecutor, trial: number, others: readonly number[], config = {}) {
    const seen: (readonly (number | undefined)[])[] = [];
    const outcome = await executor.run({ ...job(trial, config), others }, ({ step, metrics }) => {
      seen.push([step, metrics!['thread'], metrics!['own']]);
      return step === 2 ? 'pause' : 'continue';
    });
    return { outcome, seen };
  }

  test('goes on in the memory of its thread, with others between', async () => {
    const executor = await start('stepping');
    const both = await Promise.all([stretch(executor, 0, [1]), stretch(executor, 1, [0])]);
    expect(both.map(({ outcome }) => outcome)).toEqual(['paused', 'paused']);
    await stretch(executor, 2, [0, 1]);
    for (const trial of [1, 0]) {
      const { outcome, seen } = await stretch(executor, trial, [0, 1, 2]);
      expect(outcome).toMatchObject({ state: 'complete', value: 3 });
      expect(seen).toEqual([[3, ...both[trial]!.seen[0]!.slice(1)]]);
    }
  });

  test('trains from its start where something else runs in its thread', async () => {
    const executor = await start('stepping');
    const { seen: before } = await stretch(executor, 0, []);
    let release = (): void => undefined;
    const busy = new Promise<'continue'>(resolve => (release = () => resolve('continue')));
    // Of threads that are free, the first is taken: that of trial 0.
    const other = executor.run({ ...job(1, {}), others: [0] }, () => busy);
    const { outcome, seen } = await stretch(executor, 0, [1]);
    release();
    await other;
    expect([outcome, seen.map(([step]) => step)]).toEqual(['paused', [1, 2]]);
    expect(seen[0]![1]).not.toBe(before[0]![1]);
  });

  test('trains from its start when its host is gone', async () => {
    const executor = await start('stepping');
    expect((await stretch(executor, 0, [])).outcome).toBe('paused');
    expect((await stretch(executor, 1, [0], { crashAt: 1 })).outcome).toMatchObject({ failure: { cause: 'crash' } });
    const { outcome, seen } = await stretch(executor, 0, []);
    expect([outcome, seen.map(([step]) => step)]).toEqual(['paused', [1, 2]]);
  });
});
