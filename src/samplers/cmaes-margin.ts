/**
 * CMA-ES with margin, for values with a step: once a distribution is narrower than the steps are wide, all samples would
 * have the same value. The mean of such an axis and a stretch of its own keep the values beside it likely enough: at least
 * the margin on both sides together. Hamano, Saito, Nomura & Shirakawa 2022, https://arxiv.org/abs/2205.13482, section 4.
 */
import { normalUpperTail } from '../stats/distributions.ts';
import type { Distribution } from './cmaes-update.ts';

/** The coordinates that have the same value as this one; undefined on a continuous axis. */
export type ShareAt = (coordinate: number) => readonly [from: number, to: number] | undefined;

export interface Corrected {
  readonly mean: Float64Array;
  /** By how much steps from the mean are stretched before they become values. */
  readonly stretch: Float64Array;
}

/** @param margin 1 / (dimensions * population) in the paper */
export function keepMargin(
  { mean, sigma, covariance }: Pick<Distribution, 'mean' | 'sigma' | 'covariance'>,
  before: Float64Array,
  shares: readonly ShareAt[],
  margin: number,
): Corrected {
  const corrected = { mean: mean.slice(), stretch: before.slice() };
  mean.forEach((middle, axis) => {
    const limits = limitsAround(middle, shares[axis]!);
    if (!limits) return;
    const deviation = sigma * Math.sqrt(covariance[axis * mean.length + axis]!);
    const side = limits[0] === limits[1] ? keepInner : keepBoth;
    [corrected.mean[axis], corrected.stretch[axis]] = side(middle, deviation, before[axis]!, limits, margin);
  });
  return corrected;
}

type Limits = readonly [low: number, high: number];
type Placed = [middle: number, stretch: number];

/** Where the values beside the mean's begin; the inner limit twice for the first value and the last. */
function limitsAround(middle: number, shareAt: ShareAt): Limits | undefined {
  const share = shareAt(Math.min(1, Math.max(0, middle)));
  if (!share) return undefined;
  const [from, to] = share;
  const [isFirst, isLast] = [from < edge, to > 1 - edge];
  return [isFirst ? to : from, isLast ? from : to];
}

const edge = 1e-9;

/** The mean has the first value or the last: it moves towards the others where they have become too rare. */
function keepInner(middle: number, deviation: number, stretch: number, [limit]: Limits, margin: number): Placed {
  const distance = Math.abs(middle - limit) / (deviation * stretch);
  if (normalUpperTail(distance) >= margin) return [middle, stretch];
  return [limit + Math.sign(middle - limit) * deviation * stretch * quantile(margin), stretch];
}

/** Values on both sides: each gets half of the margin at least, at the cost of those that have more. */
function keepBoth(middle: number, deviation: number, stretch: number, [low, high]: Limits, margin: number): Placed {
  const scale = deviation * stretch;
  const [below, above] = [normalUpperTail((middle - low) / scale), normalUpperTail((high - middle) / scale)];
  const within = 1 - (below + above);
  const [least, most] = [Math.max(below, margin / 2), Math.max(above, margin / 2)];
  const excess = (1 - least - most - within) / (least + within + most - (3 * margin) / 2);
  const [left, right] = [least, most].map(side => {
    return quantile(Math.min(0.5 - tiny, Math.max(tiny, side + excess * (side - margin / 2))));
  }) as [number, number];
  return [(low * right + high * left) / (left + right), (high - low) / ((left + right) * deviation)];
}

const tiny = 1e-10;

/** The z with the given probability above it; 0 < tail <= 0.5. Newton's method on the logarithm, which is concave. */
function quantile(tail: number): number {
  let z = 0;
  for (let step = 0; step < 50; step++) {
    const beyond = normalUpperTail(z);
    const change = (Math.log(beyond / tail) * beyond * Math.sqrt(2 * Math.PI)) / Math.exp((-z * z) / 2);
    z += change;
    if (Math.abs(change) < 1e-14 * z) break;
  }
  return z;
}
