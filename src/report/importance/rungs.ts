/**
 * Whether early values tell what comes of a trial: Spearman's correlation of the losses at a rung with the final ones. Where
 * it is high, pruning costs little; DeepCAVE calls 0.7 and more very strong. Sass et al. 2022, https://arxiv.org/abs/2206.03493
 */
import { valueAtRung } from '../../pruners/rungs.ts';
import { spearman } from '../../stats/spearman.ts';
import { lossOf } from '../../study/losses.ts';
import type { Direction } from '../../study/ports.ts';
import type { Importance } from './importance.ts';
import type { Rows } from './rows.ts';

/** A correlation of fewer trials is chance. */
const fewestTrials = 10;

/** Rungs at the first step and at each that is twice as far; at each the trials that went on from there. */
export function rungCorrelations({ trials, losses }: Rows, direction: Direction): NonNullable<Importance['rungs']> {
  const first = trials.reduce((step, { curve }) => Math.min(step, curve[0]?.step ?? Infinity), Infinity);
  const last = trials.reduce((step, { curve }) => Math.max(step, curve.at(-1)?.step ?? 0), 0);
  const found = [];
  for (let step = first; step < last; step *= 2) {
    const pairs = trials.flatMap((trial, row) => {
      const value = (trial.curve.at(-1)?.step ?? 0) > step ? valueAtRung(trial, step) : undefined;
      return value === undefined ? [] : [{ early: lossOf(value, direction), final: losses[row]! }];
    });
    if (pairs.length < fewestTrials) continue;
    const correlation = spearman(
      pairs.map(({ early }) => early),
      pairs.map(({ final }) => final),
    );
    // Values that are all equal have no order.
    if (!Number.isNaN(correlation)) found.push({ step, correlation, trials: pairs.length });
  }
  return found;
}
