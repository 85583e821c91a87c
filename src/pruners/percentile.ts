/**
 * Stops a trial whose best value so far is worse than a percentile of the complete trials' values at the same step.
 * Optuna's PercentilePruner, decision for decision; only where a value is infinite does Optuna stop nothing, as NumPy's
 * percentile is NaN then.
 */
import { z } from 'zod';
import type { Pruner } from '../study/ports.ts';
import type { Trial } from '../study/trial.ts';
import { count, intervalKnobs, isDue, type Intervals } from './intervals.ts';
import { pruner } from './pruner.ts';

/** Of the median too. */
export const percentileKnobs = {
  startupTrials: count(0).default(5).describe('complete trials before any is stopped'),
  ...intervalKnobs,
  minTrials: count(1).default(1).describe('complete trials with a value at the step, below which none is stopped'),
};

export const percentile = pruner({
  name: 'percentile',
  summary: 'stops trials that are not among the best few percent of the complete ones at the same step',
  knobs: z.strictObject({
    percentile: z.number().min(0).max(100).default(25).describe('percent of the trials that are good enough'),
    ...percentileKnobs,
  }),
  shorthand: 'percentile',
  create: percentileRule,
});

interface PercentileKnobs extends Intervals {
  readonly percentile: number;
  readonly startupTrials: number;
  readonly minTrials: number;
}

export function percentileRule({ percentile, startupTrials, minTrials, ...intervals }: PercentileKnobs): Pruner {
  return {
    judge(trial, history) {
      if (!isDue(trial, intervals)) return 'continue';
      const complete = history.filter(({ state }) => state === 'complete');
      if (complete.length === 0 || complete.length < startupTrials) return 'continue';
      const own = trial.curve.map(({ value }) => value).filter(value => !Number.isNaN(value));
      if (own.length === 0) return 'stop';
      const { step } = trial.curve.at(-1)!;
      const rivals = complete.map(other => valueAt(other, step)).filter(value => value !== undefined);
      if (rivals.length < minTrials) return 'continue';
      const best = own.reduce((a, b) => Math.min(a, b));
      return best > percentileOf(rivals, percentile) ? 'stop' : 'continue';
    },
  };
}

function valueAt({ curve }: Trial, step: number): number | undefined {
  // Steps mostly count 1, 2, 3 …
  const guess = curve[step - 1];
  return (guess?.step === step ? guess : curve.find(measurement => measurement.step === step))?.value;
}

/** NumPy's, to the last bit, NaN left out: between the two values about it in proportion. */
function percentileOf(values: readonly number[], percentile: number): number {
  const ascending = Float64Array.from(values.filter(value => !Number.isNaN(value))).toSorted();
  const place = (percentile / 100) * (ascending.length - 1);
  const [below, above] = [ascending[Math.floor(place)]!, ascending[Math.ceil(place)]!];
  if (below === above) return below;
  const share = place - Math.floor(place);
  const gap = above - below;
  return share < 0.5 ? below + gap * share : above - gap * (1 - share);
}
