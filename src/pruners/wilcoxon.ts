/**
 * For objectives that are means over many instances, each one reported as a step: stops a trial that is worse than the
 * best one on the instances that both have, by Wilcoxon's signed-rank test. Optuna's WilcoxonPruner.
 */
import { z } from 'zod';
import { signedRankTail } from '../stats/signed-rank.ts';
import { bestTrial } from '../study/best-trial.ts';
import type { Trial } from '../study/trial.ts';
import { count } from './intervals.ts';
import { pruner } from './pruner.ts';

export const wilcoxon = pruner({
  name: 'wilcoxon',
  summary:
    'for steps that are instances: stops trials that are worse on them than the best trial, by a signed-rank test',
  paper: 'https://doi.org/10.2307/3001968',
  knobs: z.strictObject({
    pThreshold: z
      .number()
      .min(0)
      .max(1)
      .default(0.1)
      .describe('chance of the difference below which a trial is stopped'),
    startupSteps: count(0).default(2).describe('instances before a trial may be stopped'),
  }),
  create: ({ pThreshold, startupSteps }) => ({
    judge(trial, history) {
      const best = bestTrial(history, 'minimize');
      if (!best || !isFinite(trial) || !isFinite(best)) return 'continue';
      const theirs = new Map(best.curve.map(({ step, value }) => [step, value]));
      const differences = trial.curve.flatMap(({ step, value }) => {
        const other = theirs.get(step);
        return other === undefined ? [] : [value - other];
      });
      if (differences.length < Math.max(2, startupSteps)) return 'continue';
      // What is better on average may be worse on most instances.
      return signedRankTail(differences) < pThreshold && mean(trial) > mean(best) ? 'stop' : 'continue';
    },
  }),
});

function isFinite({ curve }: Trial): boolean {
  return curve.length > 0 && curve.every(({ value }) => Number.isFinite(value));
}

function mean({ curve }: Trial): number {
  return curve.reduce((sum, { value }) => sum + value, 0) / curve.length;
}
