/**
 * Stops a trial whose learning curve is going to end above the best one: Domhan, Springenberg & Hutter 2015,
 * https://www.ijcai.org/Proceedings/15/Papers/487.pdf. Trials are taken to last as long as the longest complete one.
 */
import { z } from 'zod';
import { chanceBelow } from '../stats/learning-curve.ts';
import type { Trial, Verdict } from '../study/trial.ts';
import { longestOf } from './asha.ts';
import { count } from './intervals.ts';
import { pruner } from './pruner.ts';

export const curve = pruner({
  name: 'curve',
  summary: 'stops trials whose learning curve, extrapolated, does not come to the best value so far',
  paper: 'https://www.ijcai.org/Proceedings/15/Papers/487.pdf',
  knobs: z.strictObject({
    chance: z.number().gt(0).lt(1).default(0.05).describe('chance of becoming the best below which a trial is stopped'),
    startupSteps: count(4).default(5).describe('measurements before a trial may be stopped'),
  }),
  create: knobs => ({ judge: (trial, history) => judgeCurve(trial, history, knobs) }),
});

interface CurveKnobs {
  readonly chance: number;
  readonly startupSteps: number;
}

export function judgeCurve(trial: Trial, history: readonly Trial[], { chance, startupSteps }: CurveKnobs): Verdict {
  const points = trial.curve.filter(({ value }) => Number.isFinite(value));
  const last = longestOf(history);
  if (last === undefined || points.length < startupSteps || points.at(-1)!.step >= last) return 'continue';
  const incumbent = lowest(history.filter(({ state }) => state === 'complete'));
  if (!Number.isFinite(incumbent) || lowest([trial]) <= incumbent) return 'continue';
  return chanceBelow(incumbent, points, last) < chance ? 'stop' : 'continue';
}

/** The best value on any of the curves. */
function lowest(trials: readonly Trial[]): number {
  let best = Infinity;
  for (const { curve } of trials) for (const { value } of curve) if (value < best) best = value;
  return best;
}
