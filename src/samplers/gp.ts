/**
 * Gaussian process: of every configuration the loss to expect and how uncertain that is; tried is where the logarithm of
 * the expected improvement over the best trial is highest. Jones, Schonlau & Welch 1998, "Efficient global optimization of
 * expensive black-box functions", J. Global Optim. 13; Ament et al. 2023. The first trials are a Sobol sequence. See
 * gp-kernel.ts, gp-warp.ts, gp-fit.ts, gp-posterior.ts, log-ei.ts, gp-search.ts.
 */
import { z } from 'zod';
import { decode } from '../space/decode.ts';
import { encode } from '../space/encode.ts';
import type { Config, Space } from '../space/space.ts';
import type { Sampler, SuggestContext } from '../study/ports.ts';
import type { Trial } from '../study/trial.ts';
import { configurationsOf } from './finite.ts';
import { choose, examplesWithFailed, fit, placeOf, pointsOf, type Example } from './gp-examples.ts';
import type { Kernel, Points } from './gp-kernel.ts';
import { createPosterior } from './gp-posterior.ts';
import { createScore } from './gp-score.ts';
import { search } from './gp-search.ts';
import { warp } from './gp-warp.ts';
import { random } from './random.ts';
import { sampler } from './sampler.ts';
import { sobol } from './sobol.ts';
import { textOf } from '../space/config-text.ts';
import { usedTexts } from './used.ts';

const knobs = z.strictObject({
  startupTrials: z
    .int()
    .min(1)
    .max(100_000)
    .default(10)
    .describe('finished trials before it no longer spreads them evenly'),
});

export const gp = sampler({
  name: 'gp',
  summary: 'Gaussian process: where the expected improvement is greatest; for short studies of numbers',
  paper: 'https://arxiv.org/abs/2310.20708',
  knobs,
  create: ({ startupTrials }) => createGp(startupTrials),
});

/** The work grows with the cube of the trials: the best ones and the newest ones stand for all, fewer of them in fits. */
const [mostExamples, mostFitted] = [300, 128];
/** Best trials to start from. */
const bestCount = 5;
/** Configurations of a small space that are looked at. */
const mostOfFew = 2048;

function createGp(startupTrials: number): Sampler {
  const spreading = sobol.create({});
  const anywhere = random.create({});
  // A cache alone: the fit is a function of space and examples.
  let last: { readonly space: Space; readonly examples: readonly Example[]; readonly kernel: Kernel } | undefined;
  const kernelOf = (space: Space, examples: readonly Example[]): Kernel => {
    const isLast =
      last?.space === space &&
      last.examples.length === examples.length &&
      examples.every(({ trial, loss }, index) => {
        const known = last!.examples[index]!;
        return trial === known.trial && loss === known.loss;
      });
    if (!isLast) last = { space, examples, kernel: fit(space, examples) };
    return last!.kernel;
  };

  return {
    suggest(context) {
      const { space, history } = context;
      const used = usedTexts(history);
      const isNew = (config: Config | undefined): boolean => config !== undefined && !used.has(textOf(config));
      const finished = examplesWithFailed(space, history);
      if (finished.length < startupTrials) {
        const config = spreading.suggest(context);
        return isNew(config) ? config : anywhere.suggest(context);
      }
      const kernel = kernelOf(space, choose(finished.slice(0, lastRefit(finished.length)), mostFitted));
      const left = configurationsOf(space)?.filter(isNew);
      for (const x of propose(context, choose(finished, mostExamples), kernel, left)) {
        const config = decode(space, x);
        if (isNew(config)) return config;
      }
      return anywhere.suggest(context);
    },
  };
}

/** How many trials the kernel has been fitted to: at 10 to 19 each one, at 20 to 39 every second one is a reason to fit anew. */
function lastRefit(count: number): number {
  const step = 2 ** Math.max(0, Math.floor(Math.log2(count / 10)));
  return count - (count % step);
}

/** Points of configurations, those with the greatest expected improvement first. */
function propose(
  { space, history, rng }: SuggestContext,
  examples: readonly Example[],
  kernel: Kernel,
  left: readonly Config[] | undefined,
): readonly Float64Array[] {
  const { values } = warp(examples.map(({ loss }) => loss));
  const lowest = Math.min(...values);
  const posterior = createPosterior(kernel, ...withRunning(space, history, pointsOf(space, examples), values, kernel));
  const score = createScore(posterior, lowest);
  const best = examples
    .toSorted((a, b) => a.loss - b.loss)
    .slice(0, bestCount)
    .map(({ x }) => x);
  const few =
    left && Array.from(rng.shuffle(Int32Array.from(left.keys())).slice(0, mostOfFew), at => encode(space, left[at]!));
  return search(space, score, best, rng, few).map(({ x }) => x);
}

/** Running trials count as if they had ended at their means, but no better than the best one: others keep away from them. */
function withRunning(
  space: Space,
  history: readonly Trial[],
  points: Points,
  values: Float64Array,
  kernel: Kernel,
): readonly [Points, Float64Array] {
  const running = history.flatMap(trial => (trial.state === 'running' ? (placeOf(space, trial) ?? []) : []));
  if (running.length === 0) return [points, values];
  const known = createPosterior(kernel, points, values);
  const lowest = Math.min(...values);
  const believed = running.map(x => Math.max(lowest, known.at(x).mean));
  return [{ ...points, rows: [...points.rows, ...running] }, Float64Array.of(...values, ...believed)];
}
