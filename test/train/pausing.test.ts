/** Training that waits inside its report, and is gone on with or let go. */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Observer, TrialJob } from '../../src/study/ports.ts';
import type { TrialResult } from '../../src/study/trial.ts';
import { runTrainer } from '../../src/train/custom-trainer.ts';
import { pausableTrials } from '../../src/train/pausing.ts';

const bytes = 100;

/** Three steps; remembers what it did, and how it ended. */
function spied(limit?: number) {
  const done: string[] = [];
  const log: string[] = [];
  const trials = pausableTrials(
    async ({ trial }, observe) => {
      try {
        for (let step = 1; step <= 3; step++) {
          done.push(`${trial}.${step}`);
          await observe({ step, value: step }, step < 3 ? bytes : 0);
        }
        return { state: 'complete', value: trial };
      } catch (error) {
        done.push(`${trial} ${(error as Error).message}`);
        return { state: 'failed' };
      }
    },
    limit,
    line => log.push(line),
  );
  const run = (trial: number, others: readonly number[] = [], observe: Observer = () => 'pause') => {
    const job: TrialJob = { trial, attempt: 1, seed: 1, config: {}, others };
    return trials.run(job, observe, () => false);
  };
  return { done, log, run, trials };
}

test('goes on where it paused, while others train between', async () => {
  const { done, run } = spied();
  expect([await run(0), await run(1, [0]), await run(0, [1]), await run(1, [0])]).toEqual(Array(4).fill('paused'));
  expect(await run(0, [1])).toEqual({ state: 'complete', value: 0 });
  expect(done).toEqual(['0.1', '1.1', '0.2', '1.2', '0.3']);
});

test('the time of a pause is not its own', async () => {
  const trials = pausableTrials((job, observe) => runTrainer(async ({ report }) => (await report(1), 1), job, observe));
  const job: TrialJob = { trial: 0, attempt: 1, seed: 1, config: {} };
  const run = () =>
    trials.run(
      job,
      () => 'pause',
      () => false,
    );
  await run();
  await sleep(400);
  const { attributes } = (await run()) as TrialResult;
  expect(attributes!['seconds']).toBeLessThan(0.3);
});

test('does not pause where it ends, and is stopped by its present observer', async () => {
  const { run } = spied();
  const verdicts: number[] = [];
  await run(0);
  const result = run(0, [], ({ step }) => (verdicts.push(step), 'continue'));
  expect(await result).toEqual({ state: 'complete', value: 0 });
  expect(verdicts).toEqual([2, 3]);
});

test('lets go of trials that do not go on any more, before it trains another one', async () => {
  const { done, run } = spied();
  await run(0);
  await run(1, [0]);
  await run(2, [1]);
  expect(done).toEqual(['0.1', '1.1', '0 the paused trial was let go', '2.1']);
  await run(0, [1, 2]);
  expect(done.at(-1)).toBe('0.1');
});

test('lets go of the least promising where they take too much, and says so', async () => {
  const { done, log, run } = spied(2 * bytes);
  for (const trial of [0, 1, 2]) await run(trial, [0, 1, 2]);
  expect(log).toEqual([]);
  await run(3, [1, 7, 2, 0]);
  expect(log).toEqual([
    'no room for the paused trial 0: it goes on from its last backup, or its start, if it is promoted',
  ]);
  expect(done.slice(3)).toEqual(['0 the paused trial was let go', '3.1']);
});

test('ends all that it holds with itself, also what would go on regardless', async () => {
  let failures = 0;
  const trials = pausableTrials(async (_, observe) => {
    const report = async (): Promise<unknown> => observe({ step: 1, value: 1 });
    for (let step = 0; step < 5; step++) await report().catch(() => (failures += 1));
    return { state: 'failed' };
  });
  await trials.run(
    { trial: 0, attempt: 1, seed: 1, config: {} },
    () => 'pause',
    () => false,
  );
  trials.close();
  await nextTurn();
  expect(failures).toBe(5);
});
