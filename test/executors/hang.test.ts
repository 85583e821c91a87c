/** Row 13: a trial without progress is found and ended with its host; its neighbours run again, and nobody else notices. */
import { expect, test } from 'vitest';
import type { HostProcess } from '../../src/executors/host-process.ts';
import { createPace } from '../../src/executors/pace.ts';
import { followProgress } from '../../src/executors/progress.ts';
import { beatSeconds } from '../../src/executors/protocol.ts';
import { runWatched } from '../../src/executors/watched-run.ts';
import type { Measurement } from '../../src/study/trial.ts';
import { say } from '../faults/soak.ts';
import { goOn, job, start, until } from './hosts.ts';

const hang = { least: 1, factor: 10, unknown: 60 };

test.each(['endless loop', 'sleeps natively', 'computes natively', 'waits for ever'])(
  '%s: found, and the slot is free soon after',
  { timeout: 120_000 },
  async trouble => {
    const executor = await start('troubled', { hang });
    // From here on it is known how long trials go without progress.
    await executor.run(job(0, { trouble: 'no' }), goOn);
    const begun = performance.now();
    expect(await executor.run(job(1, { trouble }), goOn)).toMatchObject({
      state: 'failed',
      failure: { cause: 'timeout', message: expect.stringMatching(/^it made no progress for \d+ s/) },
    });
    const seconds = (performance.now() - begun) / 1000;
    say(`${trouble}: ${seconds.toFixed(1)} s after its start, of which ${hang.least} s of patience and 2 s of grace`);
    expect(seconds).toBeGreaterThan(hang.least + 1.5);
    expect(seconds).toBeLessThan(hang.least + 2 + 10);
    expect(await executor.run(job(2, { trouble: 'no' }), goOn)).toMatchObject({ state: 'complete' });
  },
);

test('the trial beside it runs again in the next host, as if nothing had been', async () => {
  const executor = await start('paced', { hang });
  await executor.run(job(0, { steps: 1 }), goOn);
  const seen: Measurement[] = [];
  const neighbour = executor.run(job(1, { steps: 30, milliseconds: 300 }), measurement => {
    seen.push(measurement);
    return 'continue';
  });
  await until(() => seen.length >= 2);
  expect(await executor.run(job(2, { steps: 1, milliseconds: 1e6 }), goOn)).toMatchObject({
    failure: { cause: 'timeout' },
  });
  expect(await neighbour).toMatchObject({ state: 'complete', value: 30 });
  expect(seen.map(({ step }) => step)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
  expect(new Set(seen.map(({ metrics }) => metrics!['host'])).size).toBe(2);
});

test('one that comes back when it is told to end keeps its host, but has failed', async () => {
  const told: string[] = [];
  const host = {
    async run(_, observe, beat) {
      for (let beats = 0; beats < 10; beats++) beat(false);
      const verdict = await observe({ step: 1, value: 1 });
      return verdict === 'stop' ? { state: 'pruned', stopped: 'pruner', value: 1 } : { state: 'complete', value: 1 };
    },
    interrupt: trial => told.push(`interrupt ${trial}`),
    sacrifice: trial => told.push(`sacrifice ${trial}`),
  } as Pick<HostProcess, 'run' | 'interrupt' | 'sacrifice'>;
  const watch = { observe: goOn, signal: undefined, limits: undefined };
  const pace = createPace({ least: 1, factor: 1, unknown: 1 });
  const outcome = await runWatched(host as HostProcess, job(3, {}), { ...watch, pace });
  const failure = { cause: 'timeout', message: 'it made no progress for 1 s' };
  expect([outcome, told]).toEqual([{ state: 'failed', failure }, ['interrupt 3']]);
});

test('60 s, or ten times the median, and generously while none is known', () => {
  const pace = createPace({ least: 60, factor: 10, unknown: 3600 });
  expect([pace.isHung(3600, true), pace.isHung(3601, true)]).toEqual([false, true]);
  pace.note(30, true);
  expect([pace.isHung(300, true), pace.isHung(301, true)]).toEqual([false, true]);
  for (const seconds of [2, 4, 3]) pace.note(seconds, false);
  // Later ones: 2, 3, 4 and 30, of which the median is 3.5.
  expect([pace.isHung(60, false), pace.isHung(61, false)]).toEqual([false, true]);
  expect([pace.isHung(300, true), pace.isHung(301, true)]).toEqual([false, true]);
});

test('steps count as progress, and what a trial waits for is not its own time', async () => {
  const hangs: number[] = [];
  let answer = (): void => undefined;
  const progress = followProgress(
    () => new Promise(resolve => (answer = () => resolve('continue'))),
    createPace({ least: 1, factor: 1, unknown: 1 }),
    seconds => hangs.push(seconds),
  );
  const beats = (seconds: number, isActive: boolean): void => {
    for (let beat = 0; beat < seconds / beatSeconds; beat++) progress.beat(isActive);
  };
  beats(100, true);
  const verdict = progress.observe({ step: 1, value: 1 });
  beats(100, false);
  answer();
  expect([await verdict, hangs]).toEqual(['continue', []]);
  beats(100, false);
  expect(hangs).toEqual([]);
  beats(beatSeconds, false);
  expect(hangs).toEqual([100 + beatSeconds]);
});
