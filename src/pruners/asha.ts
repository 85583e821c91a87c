/**
 * Asynchronous successive halving: at steps that grow by a factor, a trial goes on only if it is among the best 1 / factor
 * of all that have come so far. Li et al. 2020, https://arxiv.org/abs/1810.05934.
 *
 * The form that stops is Optuna's SuccessiveHalvingPruner, decision for decision with a given "minResource". By default
 * Optuna fixes it when the first trial is complete, and forgets who came before. The form that promotes is the paper's
 * Algorithm 2: every trial pauses at its rung, and goes on once enough worse ones have come there too.
 */
import { z } from 'zod';
import type { Pruner } from '../study/ports.ts';
import type { Trial, Verdict } from '../study/trial.ts';
import { count } from './intervals.ts';
import { createLongest } from './longest.ts';
import { pruner } from './pruner.ts';
import { createCompare, isPromoted, rungsReached, type Compare } from './rungs.ts';

export const asha = pruner({
  name: 'asha',
  summary: 'successive halving: at steps that grow by a factor, the best few of the trials go on',
  paper: 'https://arxiv.org/abs/1810.05934',
  knobs: z.strictObject({
    minResource: count(1).optional().describe('step of the first rung; default: a hundredth of the longest trial'),
    reductionFactor: count(2).default(4).describe('one in so many trials goes on'),
    minEarlyStoppingRate: z.int().min(0).max(50).default(0).describe('rungs to leave out at the start'),
    bootstrapCount: count(0).default(0).describe('trials that are stopped at each rung, to compare with'),
    type: z
      .enum(['stopping', 'promotion'])
      .default('stopping')
      .describe(
        'whether the others are stopped, or pause until enough worse ones have come; what is paused stays in memory',
      ),
  }),
  create({ minResource, type, ...knobs }) {
    const rule = type === 'stopping' ? halve : pauseAtRungs;
    const compare = createCompare();
    const longestOf = createLongest();
    /** Of the longest complete trial. */
    const hundredth = (history: readonly Trial[]): number | undefined => {
      const longest = longestOf(history);
      return longest === undefined ? undefined : Math.max(1, Math.floor(longest / 100));
    };
    return {
      judge(trial, history) {
        const resource = minResource ?? hundredth(history);
        return resource === undefined ? 'continue' : rule(trial, history, { minResource: resource, compare, ...knobs });
      },
    };
  },
});

interface Halving {
  readonly minResource: number;
  readonly reductionFactor: number;
  readonly minEarlyStoppingRate: number;
  readonly bootstrapCount: number;
  readonly compare: Compare;
}

/** Of Hyperband too. */
export function halve(trial: Trial, history: readonly Trial[], halving: Halving): ReturnType<Pruner['judge']> {
  const { minResource, reductionFactor, minEarlyStoppingRate, bootstrapCount, compare } = halving;
  const first = minResource * reductionFactor ** minEarlyStoppingRate;
  const value = trial.curve.at(-1)?.value ?? NaN;
  const isKept = rungsReached(trial, first, reductionFactor).every(step => {
    const standing = compare(trial, value, history, step);
    return standing.peers >= bootstrapCount && !Number.isNaN(value) && isPromoted(standing, reductionFactor);
  });
  return isKept ? 'continue' : 'stop';
}

/** A trial that comes to a rung pauses there; one that is paused goes on when it is among the best few. */
function pauseAtRungs(trial: Trial, history: readonly Trial[], halving: Halving): Verdict {
  const { minResource, reductionFactor, minEarlyStoppingRate, bootstrapCount, compare } = halving;
  const { step, value } = trial.curve.at(-1) ?? { step: 0, value: NaN };
  if (Number.isNaN(value)) return 'stop';
  const first = minResource * reductionFactor ** minEarlyStoppingRate;
  const rung = rungsReached(trial, first, reductionFactor).at(-1);
  if (trial.state !== 'paused') return rung !== undefined && rung > (trial.promoted ?? 0) ? 'pause' : 'continue';
  // Where the rungs have moved since, it is compared where it is.
  const standing = compare(trial, value, history, rung ?? step);
  const isAmongBest = standing.peers >= bootstrapCount && isPromoted(standing, reductionFactor, 0);
  return isAmongBest ? 'continue' : 'pause';
}
