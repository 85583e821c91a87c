/**
 * Stops a trial whose learning curve is going to end above the best one: Domhan, Springenberg & Hutter 2015,
 * https://www.ijcai.org/Proceedings/15/Papers/487.pdf. Trials are taken to last as long as the longest complete one.
 */
import { z } from 'zod';
import { chanceBelow } from '../stats/learning-curve.ts';
import { column } from '../study/column.ts';
import type { Pruner } from '../study/ports.ts';
import type { Trial } from '../study/trial.ts';
import { count } from './intervals.ts';
import { createLongest } from './longest.ts';
import { pruner } from './pruner.ts';

export const curve = pruner({
  name: 'curve',
  summary: 'stops trials whose learning curve, extrapolated, does not come to the best value so far',
  paper: 'https://www.ijcai.org/Proceedings/15/Papers/487.pdf',
  knobs: z.strictObject({
    chance: z.number().gt(0).lt(1).default(0.05).describe('chance of becoming the best below which a trial is stopped'),
    startupSteps: count(4).default(5).describe('measurements before a trial may be stopped'),
  }),
  create: createCurveRule,
});

interface CurveKnobs {
  readonly chance: number;
  readonly startupSteps: number;
}

export function createCurveRule({ chance, startupSteps }: CurveKnobs): Pruner {
  const longestOf = createLongest();
  const lowestValues = column(trial => (trial.state === 'complete' ? lowest(trial) : Infinity));
  return {
    judge(trial, history) {
      const points = trial.curve.filter(({ value }) => Number.isFinite(value));
      const last = longestOf(history);
      if (last === undefined || points.length < startupSteps || points.at(-1)!.step >= last) return 'continue';
      let incumbent = Infinity;
      for (const value of lowestValues(history)) if (value < incumbent) incumbent = value;
      if (!Number.isFinite(incumbent) || lowest(trial) <= incumbent) return 'continue';
      return chanceBelow(incumbent, points, last) < chance ? 'stop' : 'continue';
    },
  };
}

/** The best value on a trial's curve. */
function lowest({ curve }: Trial): number {
  let best = Infinity;
  for (const { value } of curve) if (value < best) best = value;
  return best;
}
