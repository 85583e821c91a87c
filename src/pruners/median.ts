/**
 * Stops a trial whose best value so far is worse than the median of the complete trials' values at the same step.
 * Golovin et al. 2017, "Google Vizier", section 3.2.2, in the form of Optuna's MedianPruner, decision for decision; only
 * where a value is infinite does Optuna stop nothing, as NumPy's percentile is NaN then.
 */
import { z } from 'zod';
import type { Trial } from '../study/trial.ts';
import { pruner } from './pruner.ts';

const count = (minimum: number) => z.int().min(minimum).max(1_000_000);

export const median = pruner({
  name: 'median',
  summary: 'stops trials that are worse than the median of the complete ones at the same step',
  paper: 'https://doi.org/10.1145/3097983.3098043',
  knobs: z.strictObject({
    startupTrials: count(0).default(5).describe('complete trials before any is stopped'),
    warmupSteps: count(0).default(0).describe('first step at which a trial may be stopped'),
    intervalSteps: count(1).default(1).describe('steps between judgements'),
    minTrials: count(1).default(1).describe('complete trials with a value at the step, below which none is stopped'),
  }),
  create: ({ startupTrials, warmupSteps, intervalSteps, minTrials }) => ({
    judge(trial, history) {
      const step = trial.curve.at(-1)?.step;
      if (step === undefined || step < warmupSteps) return 'continue';
      if (!isFirstInInterval(trial, step, warmupSteps, intervalSteps)) return 'continue';
      const complete = history.filter(({ state }) => state === 'complete');
      if (complete.length === 0 || complete.length < startupTrials) return 'continue';
      const own = trial.curve.map(({ value }) => value).filter(value => !Number.isNaN(value));
      if (own.length === 0) return 'stop';
      const rivals = complete.map(other => valueAt(other, step)).filter(value => value !== undefined);
      if (rivals.length < minTrials) return 'continue';
      const best = own.reduce((a, b) => Math.min(a, b));
      return isAboveMedian(best, rivals) ? 'stop' : 'continue';
    },
  }),
});

/** Whether no earlier measurement lies in the same interval: a judgement that fell between steps is made up for. */
function isFirstInInterval({ curve }: Trial, step: number, warmupSteps: number, intervalSteps: number): boolean {
  const begin = Math.floor((step - warmupSteps) / intervalSteps) * intervalSteps + warmupSteps;
  return (curve.at(-2)?.step ?? -1) < begin;
}

function valueAt({ curve }: Trial, step: number): number | undefined {
  // Steps mostly count 1, 2, 3 …
  const guess = curve[step - 1];
  return (guess?.step === step ? guess : curve.find(measurement => measurement.step === step))?.value;
}

/**
 * Whether a value is larger than the median of others, NaN left out; counts rather than sorts. An even number of them
 * has its median in between: then it is NumPy's, to the last bit.
 */
function isAboveMedian(value: number, others: readonly number[]): boolean {
  let [smaller, larger] = [0, 0];
  let [below, above] = [-Infinity, Infinity];
  for (const other of others) {
    if (other < value) {
      smaller += 1;
      below = Math.max(below, other);
    } else if (other >= value) {
      larger += 1;
      above = Math.min(above, other);
    }
  }
  return smaller === larger ? value > above - (above - below) * 0.5 : smaller > larger;
}
