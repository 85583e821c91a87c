/** Stops a trial whose last value is out of bounds, or no number. Optuna's ThresholdPruner. */
import { z } from 'zod';
import { lossOf } from '../study/losses.ts';
import { intervalKnobs, isDue } from './intervals.ts';
import { pruner } from './pruner.ts';

export const threshold = pruner({
  name: 'threshold',
  summary: 'stops trials whose value is out of bounds',
  knobs: z
    .strictObject({
      lower: z.number().optional().describe('value below which a trial is stopped'),
      upper: z.number().optional().describe('value above which a trial is stopped'),
      ...intervalKnobs,
    })
    .refine(({ lower, upper }) => lower !== undefined || upper !== undefined, {
      message: 'a threshold needs "lower", "upper" or both',
    })
    .refine(({ lower = -Infinity, upper = Infinity }) => lower <= upper, {
      message: '"lower" is above "upper"',
    }),
  create: ({ lower = -Infinity, upper = Infinity, ...intervals }, direction) => ({
    judge(trial) {
      if (!isDue(trial, intervals)) return 'continue';
      const value = lossOf(trial.curve.at(-1)!.value, direction);
      return value >= lower && value <= upper ? 'continue' : 'stop';
    },
  }),
});
