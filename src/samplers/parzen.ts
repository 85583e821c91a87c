/**
 * A Parzen estimator over points of the unit cube: a mixture of one kernel for each point, the product of a distribution
 * for each axis, and of one that covers the whole cube, the prior. Numbers have normal distributions that are cut off at 0
 * and 1, as wide as the way to the farther one of both neighbours; values that share a part of the interval have its mass.
 * Bergstra, Bardenet, Bengio & Kégl 2011, https://papers.nips.cc/paper/4443; joint kernels: Falkner, Klein & Hutter 2018,
 * https://arxiv.org/abs/1807.01774. Widths, weights and prior are those of Optuna 5.0.0.
 */
import { normalUpperTail } from '../stats/distributions.ts';
import type { Rng } from '../study/rng.ts';

export interface Axis {
  /** How many values share the interval without order; undefined for numbers. */
  readonly choices?: number;
  /** The coordinates that have the same value as this one; undefined when values are continuous. */
  shareAt(coordinate: number): readonly [from: number, to: number] | undefined;
}

export interface Parzen {
  draw(rng: Rng): Float64Array;
  /** Logarithm of the density at a point; of the mass where values share parts of an axis. */
  logDensity(point: ArrayLike<number>): number;
}

/** One axis of all kernels, the last one of which is the prior. */
interface Kernels {
  draw(kernel: number, rng: Rng): number;
  /** Adds each kernel's logarithm at a coordinate to its sum. */
  addLogs(coordinate: number, sums: Float64Array): void;
}

/** @param points the oldest first: from the 25th last on, older ones count less */
export function parzen(axes: readonly Axis[], points: readonly ArrayLike<number>[]): Parzen {
  const weights = weightsOf(points.length);
  const logWeights = weights.map(Math.log);
  const kernels = axes.map((axis, index) => {
    const seen = Float64Array.from(points, point => point[index]!);
    return axis.choices === undefined ? numberKernels(axis, seen) : choiceKernels(axis.choices, seen);
  });
  return {
    draw(rng) {
      const kernel = drawIndex(weights, rng);
      return Float64Array.from(kernels, axis => axis.draw(kernel, rng));
    },
    logDensity(point) {
      const sums = logWeights.slice();
      kernels.forEach((axis, index) => axis.addLogs(point[index]!, sums));
      return logSumExp(sums);
    },
  };
}

/** Points that count fully, and the prior's weight, before all are divided by their sum. */
const newest = 25;

function weightsOf(count: number): Float64Array {
  const ramp = Math.max(0, count - newest);
  const weights = Float64Array.from({ length: count + 1 }, (_, index) => {
    return index < ramp ? 1 / count + (ramp > 1 ? (index / (ramp - 1)) * (1 - 1 / count) : 0) : 1;
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map(weight => weight / sum);
}

/** The value that was seen, a little of every other one: the less, the more were seen. */
function choiceKernels(count: number, seen: Float64Array): Kernels {
  const other = 1 / (seen.length + 1);
  const same = Math.log((1 + other) / (1 + count * other));
  const different = Math.log(other / (1 + count * other));
  const indices = seen.map(coordinate => Math.floor(coordinate * count));
  return {
    draw(kernel, rng) {
      // Whichever value the share of all values gives, or the one that was seen.
      const isAny = kernel === indices.length || rng.uniform() * (1 + count * other) < count * other;
      return ((isAny ? rng.int(count) : indices[kernel]!) + 0.5) / count;
    },
    addLogs(coordinate, sums) {
      const wanted = Math.floor(coordinate * count);
      for (let k = 0; k < indices.length; k++) sums[k]! += indices[k] === wanted ? same : different;
      sums[indices.length]! -= Math.log(count);
    },
  };
}

function numberKernels(axis: Axis, seen: Float64Array): Kernels {
  const means = Float64Array.of(...seen, 0.5);
  const widths = Float64Array.of(...widthsOf(seen), 1);
  const logMasses = means.map((mean, k) => Math.log(massBetween(-mean / widths[k]!, (1 - mean) / widths[k]!)));
  const logScales = logMasses.map((mass, k) => mass + Math.log(widths[k]! * Math.sqrt(2 * Math.PI)));
  return {
    draw(kernel, rng) {
      // At least a third of them lie within: no mean lies outside, no width is above 1.
      for (;;) {
        const drawn = means[kernel]! + widths[kernel]! * rng.normal();
        if (drawn >= 0 && drawn <= 1) return drawn;
      }
    },
    addLogs(coordinate, sums) {
      const share = axis.shareAt(coordinate);
      for (let k = 0; k < sums.length; k++) {
        // Most kernels are too far away on one of the axes, which need not be looked at on the others.
        if (sums[k] === -Infinity) continue;
        const [mean, width] = [means[k]!, widths[k]!];
        const z = (coordinate - mean) / width;
        if (share)
          sums[k]! += Math.log(massBetween((share[0] - mean) / width, (share[1] - mean) / width)) - logMasses[k]!;
        else sums[k]! -= (z * z) / 2 + logScales[k]!;
      }
    },
  };
}

/** The farther neighbour's distance; the outermost points look inwards alone, a single point at both ends. */
function widthsOf(seen: Float64Array): Float64Array {
  const order = Array.from(seen.keys()).toSorted((a, b) => seen[a]! - seen[b]!);
  const narrowest = 1 / Math.min(100, seen.length + 2);
  const widths = new Float64Array(seen.length);
  order.forEach((index, place) => {
    const [left, right] = [order[place - 1], order[place + 1]];
    const alone = seen.length === 1 ? Math.max(seen[index]!, 1 - seen[index]!) : 0;
    const below = left === undefined ? alone : seen[index]! - seen[left]!;
    const above = right === undefined ? alone : seen[right]! - seen[index]!;
    widths[index] = Math.max(narrowest, below, above);
  });
  return widths;
}

/** Distance from which on a normal distribution, whose mass beyond is 1e-33, counts for nothing beside the prior. */
const far = 12;

/** Probability of a standard normal number from a to b. */
function massBetween(a: number, b: number): number {
  if (a > far || b < -far) return 0;
  if (a > 0) return normalUpperTail(a) - normalUpperTail(b);
  if (b < 0) return normalUpperTail(-b) - normalUpperTail(-a);
  return 1 - normalUpperTail(-a) - normalUpperTail(b);
}

function drawIndex(weights: Float64Array, rng: Rng): number {
  let left = rng.uniform();
  for (let index = 0; index < weights.length - 1; index++) {
    left -= weights[index]!;
    if (left < 0) return index;
  }
  return weights.length - 1;
}

function logSumExp(logs: Float64Array): number {
  const largest = logs.reduce((max, log) => Math.max(max, log), -Infinity);
  return largest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0));
}
