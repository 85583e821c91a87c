/** Splits by Optuna, and the script that made them: test/golden/make-tpe.py. */
import { expect, test } from 'vitest';
import { splitTrials } from '../../src/samplers/split-trials.ts';
import type { Trial } from '../../src/study/trial.ts';
import { golden } from './optuna-tpe.ts';

test.each(golden.splits)('takes the trials for good that Optuna does: $good', ({ history, good, bad }) => {
  const trials = history.map(({ state, value, curve }, id): Trial => ({
    id,
    state,
    attempt: 1,
    config: {},
    curve: curve.map(([step, value]) => ({ step, value: Number(value) })),
    ...(state === 'complete' && { value }),
    startedAt: '',
  }));
  const split = splitTrials(trials, finished => Math.min(25, Math.ceil(finished / 10)));
  expect(split.good.map(({ id }) => id)).toEqual(good);
  // Optuna forgets failed trials.
  expect(split.bad.filter(({ state }) => state !== 'failed').map(({ id }) => id)).toEqual(bad);
  const failed = trials.filter(({ state }) => state === 'failed');
  expect(split.bad).toEqual(expect.arrayContaining(failed));
});

test('with several objectives, good is what nothing dominates, then what adds the most hypervolume', () => {
  const values = [
    [4, 1],
    [3, 3],
    [1, 4],
    [1.1, 3.9],
    [5, 5],
    [2, 2],
  ];
  const trials = values.map((values, id): Trial => {
    return { id, state: 'complete', attempt: 1, config: {}, curve: [], value: values[0]!, values, startedAt: '' };
  });
  const goodOf = (count: number): readonly number[] => splitTrials(trials, () => count).good.map(({ id }) => id);
  expect(goodOf(4)).toEqual([0, 2, 3, 5]);
  // Of the front, the one in the middle dominates most; the two near each other do not both count.
  expect(goodOf(1)).toEqual([5]);
  expect(goodOf(5)).toEqual([0, 1, 2, 3, 5]);
});
