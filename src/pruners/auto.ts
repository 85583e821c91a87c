/**
 * The default: successive halving with a rung at every step. Of all trials that came to the first rung, at step t only one
 * in t may go on; those that fell out before count as worse. Compared is the best of the smoothed curve, so that neither a
 * slow step nor a lucky one decides. A curve that is not going to reach the best value ends between its rungs.
 * After Li et al. 2020, https://arxiv.org/abs/1810.05934, whose rungs lie a factor of 3 or 4 apart.
 */
import { z } from 'zod';
import type { Trial } from '../study/trial.ts';
import { createCurveRule } from './curve.ts';
import { createLongest } from './longest.ts';
import { pruner } from './pruner.ts';
import { createCompare, valueAtRung, type Standing } from './rungs.ts';

/** No trial is stopped before this step: first values say little. */
const firstStep = 3;
/** Later, where trials are long: at this share of the longest one. */
const firstShare = 1 / 27;
/** Trials at a step, below which none is stopped there. */
const minPeers = 4;
/** Stricter than the test's own default: it is asked after each step. */
const curveKnobs = { chance: 0.02, startupSteps: 10 };

export const auto = pruner({
  name: 'auto',
  summary: 'the default: successive halving at every step by smoothed curves, and extrapolation',
  paper: 'https://arxiv.org/abs/1810.05934',
  knobs: z.strictObject({}),
  create() {
    // Trials are never mutated: each is smoothed once.
    const known = new WeakMap<Trial, Trial>();
    const smooth = (trial: Trial): Trial => {
      const smoothed = known.get(trial) ?? smoothedBest(trial);
      known.set(trial, smoothed);
      return smoothed;
    };
    const compare = createCompare((trial, step) => valueAtRung(smooth(trial), step));
    const curveRule = createCurveRule(curveKnobs);
    const longestOf = createLongest();
    return {
      judge(trial, history) {
        if (Number.isNaN(trial.curve.at(-1)?.value)) return 'stop';
        const longest = longestOf(history);
        if (longest === undefined) return 'continue';
        const first = Math.max(firstStep, Math.round(longest * firstShare));
        const { step, value } = smooth(trial).curve.at(-1) ?? { step: 0, value: NaN };
        if (step >= first) {
          const starters = compare(trial, value, history, first).peers + 1;
          // Long trials spread the same halving over more steps.
          const share = Math.max(1, first / firstStep) / step;
          if (!isAmongBest(compare(trial, value, history, step), starters * share)) return 'stop';
        }
        return curveRule.judge(trial, history);
      },
    };
  },
});

function isAmongBest({ peers, better }: Standing, places: number): boolean {
  return peers < minPeers || better < Math.max(1, places);
}

/** The lowest so far of the mean of all values, each counting half of the next. */
function smoothedBest(trial: Trial): Trial {
  let [mean, best] = [NaN, Infinity];
  const curve = trial.curve.map(measurement => {
    const { value } = measurement;
    if (!Number.isNaN(value)) mean = Number.isFinite(mean) ? (mean + value) / 2 : value;
    if (mean < best) best = mean;
    return { ...measurement, value: best };
  });
  return { ...trial, curve };
}
