/**
 * Successive halving with several first rungs at once, since nobody knows how early a curve tells how it ends: each trial
 * belongs to one bracket, and is compared with the trials of its bracket alone.
 * Li et al. 2018, "Hyperband", https://jmlr.org/papers/v18/16-558.html, as Optuna's HyperbandPruner in a study of the
 * name "study": decision for decision with a given "maxResource". By default Optuna takes the first complete trial's.
 */
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { halve } from './asha.ts';
import { count } from './intervals.ts';
import { createLongest } from './longest.ts';
import { pruner } from './pruner.ts';
import { createCompare, type Compare } from './rungs.ts';

export const hyperband = pruner({
  name: 'hyperband',
  summary: 'successive halving in several brackets, that begin to compare at different steps',
  paper: 'https://jmlr.org/papers/v18/16-558.html',
  knobs: z
    .strictObject({
      minResource: count(1).default(1).describe('first step at which a trial may be stopped'),
      maxResource: count(1).optional().describe('last step of a trial; default: that of the longest one'),
      reductionFactor: count(2).default(3).describe('one in so many trials goes on'),
      bootstrapCount: count(0).default(0).describe('trials that are stopped at each rung, to compare with'),
    })
    .refine(({ minResource, maxResource = Infinity }) => minResource <= maxResource, {
      message: '"minResource" is above "maxResource"',
    }),
  create({ minResource, maxResource, ...knobs }) {
    const longestOf = createLongest();
    /** For each bracket. */
    const compares: Compare[] = [];
    return {
      judge(trial, history) {
        const longest = maxResource ?? (longestOf(history) ?? NaN) + 1;
        const bracketOf = assignBrackets(longest / minResource, knobs.reductionFactor);
        if (!bracketOf) return 'continue';
        const bracket = bracketOf(trial.id);
        const peers = history.filter(({ id }) => bracketOf(id) === bracket);
        const compare = (compares[bracket] ??= createCompare());
        return halve(trial, peers, { minResource, minEarlyStoppingRate: bracket, compare, ...knobs });
      },
    };
  },
});

/** Trials go to the brackets at random, more of them to those that stop early: each bracket takes as many steps. */
function assignBrackets(ratio: number, factor: number): ((trial: number) => number) | undefined {
  const brackets = Math.floor(Math.log(ratio) / Math.log(factor)) + 1;
  if (!(brackets > 0)) return undefined;
  const shares = Array.from({ length: brackets }, (_, bracket) =>
    Math.ceil((brackets * factor ** (brackets - 1 - bracket)) / (brackets - bracket)),
  );
  const total = shares.reduce((sum, share) => sum + share, 0);
  return trial => {
    let left = crc32(`study_${trial}`) % total;
    return shares.findIndex(share => (left -= share) < 0);
  };
}
