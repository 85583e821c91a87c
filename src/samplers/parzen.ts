/**
 * A Parzen estimator over points of the unit cube: a mixture of one kernel for each point, the product of a distribution
 * for each axis, and of one that covers the whole cube, the prior. Numbers have normal distributions that are cut off at 0
 * and 1, as wide as the way to the farther one of both neighbours; values that share a part of the interval have its mass.
 * Points may lack coordinates (NaN): there their kernels are the prior's.
 * Bergstra, Bardenet, Bengio & Kégl 2011, https://papers.nips.cc/paper/4443; joint kernels: Falkner, Klein & Hutter 2018,
 * https://arxiv.org/abs/1807.01774. Widths, weights and prior are those of Optuna 5.0.0.
 */
import { logNormalMass, logRoot2Pi, normalUpperTail } from '../stats/distributions.ts';
import type { Rng } from '../study/rng.ts';

export interface Axis {
  /** How many values there are, each of which has a share of the interval; Infinity on a continuous axis. */
  readonly count: number;
  readonly isOrdered: boolean;
  /** Least width of kernels, in shares of the values that they are at: 0 in Optuna. */
  readonly smoothness: number;
  /** Which value a coordinate stands for, from 0. */
  indexAt(coordinate: number): number;
  /** The coordinates that stand for the same value as this one. */
  shareAt(coordinate: number): readonly [from: number, to: number];
}

/** One coordinate for each axis; NaN where it has none. */
export type Point = readonly number[];

export interface Parzen {
  draw(rng: Rng): number[];
  /**
   * Logarithm of the density at a point; of the mass where values share parts of an axis; axes where it has no coordinate
   * count for nothing.
   * @param limit what is above need not be known: Infinity then
   */
  logDensity(point: Point, limit?: number): number;
}

/** All kernels, the last one of which is the prior. */
interface Kernels {
  readonly count: number;
  readonly logWeights: Float64Array;
  /** For each axis. */
  readonly axes: readonly AxisKernels[];
}

/**
 * @param points the oldest first
 * @param weights of points and of the prior, summing up to 1
 */
export function parzen(
  axes: readonly Axis[],
  points: readonly Point[],
  weights: Float64Array = weightsOf(points.length),
): Parzen {
  const kernels: Kernels = {
    count: points.length + 1,
    logWeights: weights.map(weight => Math.log(weight)),
    axes: axes.map((axis, index) => kernelsOf(axis, index, points)),
  };
  const branches = new Map<string, Branch>();

  /** What holds for all points that have the same axes. */
  const branchOf = (point: Point): Branch => {
    let key = '';
    for (let axis = 0; axis < axes.length; axis++) key += isKnown(point[axis]!) ? '1' : '0';
    let branch = branches.get(key);
    if (!branch) branches.set(key, (branch = toBranch(kernels, index => key[index] === '1')));
    return branch;
  };

  return {
    draw(rng) {
      const kernel = drawIndex(weights, rng);
      const point: number[] = [];
      for (const axis of kernels.axes) point.push(axis.list?.draw(kernel, rng) ?? drawNumber(axis, kernel, rng));
      return point;
    },
    logDensity: (point, limit = Infinity) => logDensity(branchOf(point), point, limit),
  };
}

/** Points that count fully, the newest ones; older ones count less, down to 1 / count. */
const newest = 25;

export function weightsOf(count: number): Float64Array {
  const ramp = Math.max(0, count - newest);
  const weights = new Float64Array(count + 1).fill(1);
  for (let k = 0; k < ramp; k++) weights[k] = 1 / count + (ramp > 1 ? (k / (ramp - 1)) * (1 - 1 / count) : 0);
  let sum = 0;
  for (let k = 0; k <= count; k++) sum += weights[k]!;
  for (let k = 0; k <= count; k++) weights[k]! /= sum;
  return weights;
}

interface AxisKernels {
  readonly means: Float64Array;
  readonly widths: Float64Array;
  /** On an axis with values. */
  readonly list?: List;
}

interface List {
  /** A coordinate, where values have no order. */
  draw(kernel: number, rng: Rng): number | undefined;
  /** Logarithm of the probability of a value. */
  logAt(kernel: number, coordinate: number): number;
}

function kernelsOf(axis: Axis, index: number, points: readonly Point[]): AxisKernels {
  const means = new Float64Array(points.length + 1);
  for (let k = 0; k < points.length; k++) means[k] = points[k]![index]!;
  means[points.length] = NaN;
  const widths = widthsOf(means);
  for (let k = 0; k < means.length; k++) if (!isKnown(means[k]!)) means[k] = 0.5;
  if (axis.count === Infinity) return { means, widths };
  if (!axis.isOrdered) return { means, widths, list: choiceList(axis, index, points) };
  for (let k = 0; k < points.length; k++) {
    const [from, to] = axis.shareAt(means[k]!);
    widths[k] = Math.max(widths[k]!, axis.smoothness * (to - from));
  }
  return { means, widths, list: orderedList(axis, means, widths) };
}

/**
 * The farther neighbour's distance; the outermost points look inwards alone, a single point at both ends. No less than the
 * width of bins that the points are sorted into: all but the outermost points of a bin have neighbours too close to matter.
 * Where there is no point, it is that of the prior.
 */
export function widthsOf(points: Float64Array): Float64Array {
  let known = 0;
  for (let k = 0; k < points.length; k++) if (isKnown(points[k]!)) known += 1;
  const bins = Math.min(100, known + 2);
  const lowest = new Int32Array(bins).fill(nothing);
  const highest = new Int32Array(bins).fill(nothing);
  const widths = new Float64Array(points.length).fill(1 / bins);
  for (let k = 0; k < points.length; k++) {
    const point = points[k]!;
    if (!isKnown(point)) {
      widths[k] = 1;
      continue;
    }
    const bin = Math.min(bins - 1, Math.floor(point * bins));
    // Of equal ones, the oldest counts as the lowest.
    if (lowest[bin] === nothing || point < points[lowest[bin]!]!) lowest[bin] = k;
    if (highest[bin] === nothing || point >= points[highest[bin]!]!) highest[bin] = k;
  }
  let before = nothing;
  for (let bin = 0; bin < bins; bin++) {
    const next = lowest[bin]!;
    if (next === nothing) continue;
    if (before !== nothing) {
      const gap = points[next]! - points[before]!;
      widths[next] = Math.max(widths[next]!, gap);
      widths[before] = Math.max(widths[before]!, gap);
    }
    before = highest[bin]!;
  }
  if (known === 1) widths[before] = Math.max(widths[before]!, points[before]!, 1 - points[before]!);
  return widths;
}

/** In place of an index. */
const nothing = -1;

/** Whether there is such a coordinate. */
function isKnown(coordinate: number): boolean {
  return coordinate === coordinate;
}

/** What all points that have the same axes need to know of the kernels. */
interface Branch {
  /** Indices of the continuous axes. */
  readonly lines: Int32Array;
  readonly lists: readonly { readonly index: number; readonly list: List }[];
  /** Of the kernels on these lines, kernel by kernel. */
  readonly means: Float64Array;
  readonly widths: Float64Array;
  /** Logarithm of a kernel's weight and of its density at its mean on the lines, as if nothing was cut off. */
  readonly tops: Float64Array;
  /** What being cut off adds to it; NaN: not worked out yet. */
  readonly cuts: Float64Array;
}

function toBranch({ count, axes, logWeights }: Kernels, has: (axis: number) => boolean): Branch {
  const lines = Int32Array.from([...axes.keys()].filter(index => has(index) && !axes[index]!.list));
  const means = new Float64Array(count * lines.length);
  const widths = new Float64Array(count * lines.length);
  const tops = logWeights.slice();
  lines.forEach((index, place) => {
    const axis = axes[index]!;
    // Most have the least width.
    let [width, log] = [NaN, NaN];
    for (let k = 0, at = place; k < count; k++, at += lines.length) {
      means[at] = axis.means[k]!;
      widths[at] = axis.widths[k]!;
      if (widths[at] !== width) {
        width = widths[at]!;
        log = Math.log(width) + logRoot2Pi;
      }
      tops[k]! -= log;
    }
  });
  const lists = axes.flatMap(({ list }, index) => (list && has(index) ? [{ index, list }] : []));
  return { lines, lists, means, widths, tops, cuts: new Float64Array(count).fill(NaN) };
}

/** Kernels this far below the largest one, in logarithms, are lost in its last digit. */
const negligible = 36;
/** The most that being cut off adds on one axis: a mean at the end, a width of 1. */
const largestCut = 1.1;

function logDensity(branch: Branch, point: Point, limit: number): number {
  const { lines, lists, means, widths, tops, cuts } = branch;
  const slack = negligible + largestCut * lines.length;
  let largest = -Infinity;
  let sum = 0;
  // The prior first: it is large enough anywhere to leave most others out.
  for (let k = tops.length - 1; k >= 0; k--) {
    const floor = largest - slack;
    let log = tops[k]!;
    for (let j = 0, at = k * lines.length; j < lines.length && log >= floor; j++, at++) {
      const z = (point[lines[j]!]! - means[at]!) / widths[at]!;
      log -= 0.5 * z * z;
    }
    for (let j = 0; j < lists.length && log >= floor; j++) log += lists[j]!.list.logAt(k, point[lists[j]!.index]!);
    if (log < floor) continue;
    if (!isKnown(cuts[k]!)) cuts[k] = cutOf(branch, k);
    log += cuts[k]!;
    if (log > largest) {
      sum = sum * Math.exp(largest - log) + 1;
      largest = log;
    } else sum += Math.exp(log - largest);
    if (largest > limit) return Infinity;
  }
  return largest + Math.log(sum);
}

function cutOf({ lines, means, widths }: Branch, kernel: number): number {
  let sum = 0;
  for (let at = kernel * lines.length, j = 0; j < lines.length; j++, at++)
    sum -= logMassWithin(means[at]!, widths[at]!);
  return sum;
}

/** Widths beyond which nothing is left that changes the last digit of 1. */
const far = 8.3;

/** Logarithm of a normal distribution's mass from 0 to 1, for a mean in there. */
function logMassWithin(mean: number, width: number): number {
  return Math.min(mean, 1 - mean) > far * width
    ? 0
    : Math.log1p(-normalUpperTail(mean / width) - normalUpperTail((1 - mean) / width));
}

/** The value that was seen, a little of every other one: the less, the more were seen. */
function choiceList({ count, indexAt }: Axis, index: number, points: readonly Point[]): List {
  // The prior has seen nothing.
  const seen = new Int32Array(points.length + 1).fill(nothing);
  let known = 0;
  for (let k = 0; k < points.length; k++) {
    if (!isKnown(points[k]![index]!)) continue;
    seen[k] = indexAt(points[k]![index]!);
    known += 1;
  }
  const other = 1 / (known + 1);
  const same = Math.log((1 + other) / (1 + count * other));
  const different = Math.log(other / (1 + count * other));
  const any = -Math.log(count);
  return {
    draw(kernel, rng) {
      // Whichever value the share of all values gives, or the one that was seen.
      const isAny = seen[kernel] === nothing || rng.uniform() * (1 + count * other) < count * other;
      return ((isAny ? rng.int(count) : seen[kernel]!) + 0.5) / count;
    },
    logAt(kernel, coordinate) {
      const value = seen[kernel]!;
      return value === nothing ? any : value === indexAt(coordinate) ? same : different;
    },
  };
}

/** Axes with more values have no table of masses. */
const largestTable = 128;

function orderedList({ count, indexAt, shareAt }: Axis, means: Float64Array, widths: Float64Array): List {
  const draw = (): undefined => undefined;
  const massAt = (kernel: number, coordinate: number): number => {
    const [mean, width] = [means[kernel]!, widths[kernel]!];
    const [from, to] = shareAt(coordinate);
    return logNormalMass((from - mean) / width, (to - mean) / width) - logMassWithin(mean, width);
  };
  if (count > largestTable) return { draw, logAt: massAt };

  // Kernels with equal means and widths share a row; NaN: not worked out yet.
  const rows = rowsOf(means, widths);
  const table = new Float64Array((Math.max(...rows) + 1) * count).fill(NaN);
  return {
    draw,
    logAt(kernel, coordinate) {
      const cell = rows[kernel]! * count + indexAt(coordinate);
      if (!isKnown(table[cell]!)) table[cell] = massAt(kernel, coordinate);
      return table[cell]!;
    },
  };
}

/** A number for each different pair, from 0. */
function rowsOf(firsts: Float64Array, seconds: Float64Array): Int32Array {
  const known = new Map<number, Map<number, number>>();
  let next = 0;
  return firsts.reduce((rows, first, k) => {
    const bySecond = known.get(first) ?? new Map<number, number>();
    known.set(first, bySecond);
    const row = bySecond.get(seconds[k]!) ?? next++;
    bySecond.set(seconds[k]!, row);
    rows[k] = row;
    return rows;
  }, new Int32Array(firsts.length));
}

function drawNumber({ means, widths }: AxisKernels, kernel: number, rng: Rng): number {
  // At least a third of them lie within: no mean lies outside, no width is above 1.
  for (;;) {
    const drawn = means[kernel]! + widths[kernel]! * rng.normal();
    if (drawn >= 0 && drawn <= 1) return drawn;
  }
}

function drawIndex(weights: Float64Array, rng: Rng): number {
  let left = rng.uniform();
  for (let index = 0; index < weights.length - 1; index++) {
    left -= weights[index]!;
    if (left < 0) return index;
  }
  return weights.length - 1;
}
