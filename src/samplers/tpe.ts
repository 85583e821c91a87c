/**
 * Tree-structured Parzen estimator: two estimators of where configurations lie, of the good ones and of the others; of some
 * candidates drawn from the first, the one that is likeliest there compared to the second. See parzen.ts, split-trials.ts.
 * Parameters with the same condition are chosen together, from the trials that have them, parents first: the likelihood of
 * what a branch adds is that of all that is chosen by then. Good trials count by their improvement: Watanabe 2023, https://arxiv.org/abs/2304.11127.
 */
import { z } from 'zod';
import { textOf } from '../space/config-text.ts';
import { isFeasible } from '../space/is-feasible.ts';
import type { Config } from '../space/space.ts';
import type { SuggestContext } from '../study/ports.ts';
import type { Trial } from '../study/trial.ts';
import { configurationsOf } from './finite.ts';
import type { Point } from './parzen-axis.ts';
import { parzen, weightsOf, type Parzen } from './parzen.ts';
import { random } from './random.ts';
import { sampler } from './sampler.ts';
import { isFinished, splitTrials } from './split-trials.ts';
import { configAt, scalesOf, type Block } from './trial-points.ts';
import { usedTexts } from './used.ts';

type Options = z.infer<typeof knobs>;

const knobs = z.strictObject({
  startupTrials: z.int().min(0).max(100_000).default(5).describe('finished trials before it no longer draws at random'),
  candidates: z.int().min(1).max(10_000).default(64).describe('candidates of which the best one is tried'),
});

export const tpe = sampler({
  name: 'tpe',
  summary: 'tree-structured Parzen estimator: near good configurations, away from bad and running ones',
  paper: 'https://papers.nips.cc/paper/4443-algorithms-for-hyper-parameter-optimization',
  knobs,
  create: options => ({ suggest: context => suggest(context, options) }),
});

function suggest(context: SuggestContext, { startupTrials, candidates }: Options): Config | undefined {
  const { space, history } = context;
  if (countFinished(history) < startupTrials) return random.create({}).suggest(context);
  const { axes, blocks, pointOf } = scalesOf(space);
  const { good, bad } = splitTrials(history, goodOf);
  let point: Point = axes.map(() => NaN);
  for (const block of blocks) {
    if (!block.isActive(point)) continue;
    const hasBlock = (trial: Trial): boolean => block.indices.every(index => !Number.isNaN(pointOf(trial)[index]!));
    const [better, worse] = blocks.length > 1 ? [good.filter(hasBlock), bad.filter(hasBlock)] : [good, bad];
    const [others, weights] = thinOut(worse);
    const likely = parzen(axes, better.map(pointOf), weightsOfGood(better, worse));
    const unlikely = parzen(axes, others.map(pointOf), weights);
    const points = drawCandidates(context, likely, block, point, candidates);
    // A dead end: constraints and earlier trials have left too little of what is likely.
    if (points.length === 0) return random.create({}).suggest(context);
    point = bestOf(points, likely, unlikely);
  }
  return configAt(space, point);
}

function countFinished(history: readonly Trial[]): number {
  let count = 0;
  for (const trial of history) if (isFinished(trial)) count += 1;
  return count;
}

/** How many of the finished trials are good ones. */
function goodOf(finished: number): number {
  return Math.min(25, Math.ceil(0.15 * finished));
}

/** By how much better a good trial is than all others; the prior counts like an average one. Undefined: all alike. */
function weightsOfGood(good: readonly Trial[], bad: readonly Trial[]): Float64Array | undefined {
  if (good.some(({ values }) => values)) return undefined;
  const valueOf = ({ state, value }: Trial): number => (state === 'complete' ? value! : Infinity);
  let limit = Infinity;
  for (const trial of bad) limit = Math.min(limit, valueOf(trial));
  const gains = good.map(trial => Math.max(0, limit - valueOf(trial)));
  const total = gains.reduce((sum, gain) => sum + gain, 0);
  if (!(total > 0 && total < Infinity)) return undefined;
  const prior = 1 / (good.length + 1);
  return Float64Array.of(...gains.map(gain => (gain / total) * (1 - prior)), prior);
}

/** More trials than these are too many to look at for each candidate. */
const mostTrials = 2000;
/** Of more, the newest ones stay, and of the older ones every so many, the more the newer. */
const newest = 500;
const thinned = 1000;

/** Fewer trials with about the same density: those left count for those left out. */
function thinOut(trials: readonly Trial[]): readonly [trials: readonly Trial[], weights: Float64Array] {
  const weights = weightsOf(trials.length);
  if (trials.length <= mostTrials) return [trials, weights];
  const old = trials.length - newest;
  let share = 0;
  for (let k = 0; k < old; k++) share += weights[k]! / thinned;
  const kept: Trial[] = [];
  const keptWeights: number[] = [];
  for (let k = 0, sum = 0; k < old; k++) {
    sum += weights[k]!;
    if (sum < (kept.length + 0.5) * share) continue;
    kept.push(trials[k]!);
    keptWeights.push(share);
  }
  const all = new Float64Array(keptWeights.length + weights.length - old);
  all.set(keptWeights);
  all.set(weights.subarray(old), keptWeights.length);
  return [[...kept, ...trials.slice(old)], all];
}

/** Draws for each candidate, in search of those that satisfy the constraints and are new. */
const maxDraws = 20;

/** Points with a block's coordinates: those of legal configurations, and new ones where all values are countable. */
function drawCandidates(
  { space, history, rng }: SuggestContext,
  likely: Parzen,
  block: Block,
  chosen: Point,
  count: number,
): readonly Point[] {
  const { isCountable, blocks, pointAt } = scalesOf(space);
  const used = new Set(isCountable ? usedTexts(history) : []);
  const isAllowed = (config: Config): boolean => {
    if (!isFeasible(space, config)) return false;
    const isNew = !isCountable || !used.has(textOf(config));
    if (isCountable) used.add(textOf(config));
    return isNew;
  };
  const all = isCountable && blocks.length === 1 ? configurationsOf(space) : undefined;
  if (all && all.length - used.size <= count) return all.filter(isAllowed).map(pointAt);

  const points: Point[] = [];
  const isFree = !isCountable && space.constraints.length === 0;
  for (let draw = 0; draw < maxDraws * count && points.length < count; draw++) {
    const point = block.place(likely.draw(rng), chosen);
    if (isFree || isAllowed(configAt(space, point))) points.push(point);
  }
  return points;
}

function bestOf(points: readonly Point[], likely: Parzen, unlikely: Parzen): Point {
  const logs = Float64Array.from(points, point => likely.logDensity(point));
  // The likeliest first: most others then lose to them before all of the unlikely density is known.
  const order = [...points.keys()].toSorted((a, b) => logs[b]! - logs[a]!);
  let [best, highest] = [points[order[0]!]!, -Infinity];
  for (const index of order) {
    const score = logs[index]! - unlikely.logDensity(points[index]!, logs[index]! - highest);
    if (score > highest) [best, highest] = [points[index]!, score];
  }
  return best;
}
