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
  expect(split.bad.map(({ id }) => id)).toEqual(bad);
});
