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
  readonly weights: Float64Array;
  /** Axis by axis, a number for each kernel. */
  readonly means: Float64Array;
  readonly widths: Float64Array;
  /** For each axis, what no width is less than. */
  readonly least: Float64Array;
  /** Of the axes with values. */
  readonly lists: readonly (List | undefined)[];
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
  const kernels = kernelsOf(axes, points, weights);
  let branch: Branch | undefined;

  return {
    draw(rng) {
      const kernel = drawIndex(weights, rng);
      const point: number[] = [];
      for (let axis = 0; axis < axes.length; axis++)
        point.push(kernels.lists[axis]?.draw(kernel, rng) ?? drawNumber(kernels, axis, kernel, rng));
      return point;
    },
    logDensity(point, limit = Infinity) {
      // Points that are compared have the same axes.
      if (!branch || !hasAxesOf(point, branch)) branch = toBranch(kernels, point);
      return logDensity(kernels, branch, point, limit);
    },
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

interface List {
  /** A coordinate, where values have no order. */
  draw(kernel: number, rng: Rng): number | undefined;
  /** Logarithm of the probability of a value. */
  logAt(kernel: number, coordinate: number): number;
}

function kernelsOf(axes: readonly Axis[], points: readonly Point[], weights: Float64Array): Kernels {
  const count = points.length + 1;
  const means = new Float64Array(count * axes.length).fill(NaN);
  for (let k = 0; k < points.length; k++) {
    const point = points[k]!;
    for (let axis = 0, at = k; axis < axes.length; axis++, at += count) means[at] = point[axis]!;
  }
  const widths = new Float64Array(means.length);
  const least = new Float64Array(axes.length);
  for (let axis = 0, from = 0; axis < axes.length; axis++, from += count)
    least[axis] = setWidths(widths, means, from, from + count);
  for (let at = 0; at < means.length; at++) if (!isKnown(means[at]!)) means[at] = 0.5;
  const lists = axes.map((axis, index) => {
    if (axis.count === Infinity) return undefined;
    const [from, to] = [index * count, (index + 1) * count];
    return listOf(axis, index, points, means.subarray(from, to), widths.subarray(from, to));
  });
  return { count, weights, means, widths, least, lists };
}

/** @param widths are made no narrower than values are */
function listOf(axis: Axis, index: number, points: readonly Point[], means: Float64Array, widths: Float64Array): List {
  if (!axis.isOrdered) return choiceList(axis, index, points);
  for (let k = 0; k < points.length; k++) {
    const [from, to] = axis.shareAt(means[k]!);
    widths[k] = Math.max(widths[k]!, axis.smoothness * (to - from));
  }
  return orderedList(axis, means, widths);
}

/** Bins that points are sorted into, at most. */
const mostBins = 100;

/** The lowest and the highest point of each bin that has one, and the kernels at them: room for one axis after the other. */
const low = new Float64Array(mostBins);
const high = new Float64Array(mostBins);
const lowest = new Int32Array(mostBins);
const highest = new Int32Array(mostBins);

/**
 * Widths of the kernels from one index up to another, which are those of an axis: the farther neighbour's distance; the
 * outermost points look inwards alone, a single point at both ends. No less than the width of bins that the points are
 * sorted into: all but the outermost points of a bin have neighbours too close to matter. Where there is no point, it is that
 * of the prior.
 *
 * @returns the least that they can be
 */
export function setWidths(widths: Float64Array, points: Float64Array, from = 0, to = points.length): number {
  let known = 0;
  for (let k = from; k < to; k++) if (isKnown(points[k]!)) known += 1;
  const bins = Math.min(mostBins, known + 2);
  const least = 1 / bins;
  low.fill(Infinity);
  high.fill(-Infinity);
  lowest.fill(nothing);
  for (let k = from; k < to; k++) {
    const point = points[k]!;
    if (!isKnown(point)) {
      widths[k] = 1;
      continue;
    }
    widths[k] = least;
    let bin = (point * bins) | 0;
    if (bin === bins) bin -= 1;
    // Of equal ones, the oldest counts as the lowest, the newest as the highest.
    if (point < low[bin]!) {
      low[bin] = point;
      lowest[bin] = k;
    }
    if (point >= high[bin]!) {
      high[bin] = point;
      highest[bin] = k;
    }
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
  return least;
}

/** In place of an index. */
const nothing = -1;

/** Whether there is such a coordinate. */
function isKnown(coordinate: number): boolean {
  return coordinate === coordinate;
}

/** What all points that have the same axes need to know of the kernels. */
interface Branch {
  /** For each axis, whether the points have it. */
  readonly has: readonly boolean[];
  /** Those of them with values. */
  readonly choices: readonly { readonly axis: number; readonly list: List }[];
  /** Those of them that are continuous. */
  readonly lines: Int32Array;
  /** Of the kernels on these lines, line by line. */
  readonly means: Float64Array;
  readonly widths: Float64Array;
  /** None of what follows is higher. */
  readonly highestTop: number;
  /**
   * Logarithm of a kernel's weight and of its density at its mean on the lines, as if nothing was cut off, and what being cut
   * off adds to it. NaN: not worked out yet.
   */
  readonly tops: Float64Array;
  readonly cuts: Float64Array;
  /** The last widths that were seen on the lines and what they take away: most have the least width. */
  readonly seen: { readonly widths: Float64Array; readonly logs: Float64Array };
  /** Room for the point on the lines. */
  readonly place: Float64Array;
}

function hasAxesOf(point: Point, { has }: Branch): boolean {
  for (let axis = 0; axis < has.length; axis++) if (isKnown(point[axis]!) !== has[axis]) return false;
  return true;
}

function toBranch({ count, weights, means, widths, least, lists }: Kernels, point: Point): Branch {
  const has = point.map(isKnown);
  const lines = Int32Array.from([...has.keys()].filter(axis => has[axis] && !lists[axis]));
  const onLines = (numbers: Float64Array): Float64Array => {
    if (lines.length === has.length) return numbers;
    const own = new Float64Array(lines.length * count);
    lines.forEach((axis, j) => own.set(numbers.subarray(axis * count, (axis + 1) * count), j * count));
    return own;
  };
  return {
    has,
    choices: lists.flatMap((list, axis) => (list && has[axis] ? [{ axis, list }] : [])),
    lines,
    means: onLines(means),
    widths: onLines(widths),
    highestTop: lines.reduce((log, axis) => log - Math.log(least[axis]!) - logRoot2Pi, Math.log(largestOf(weights))),
    tops: new Float64Array(count).fill(NaN),
    cuts: new Float64Array(count).fill(NaN),
    seen: { widths: new Float64Array(lines.length).fill(NaN), logs: new Float64Array(lines.length) },
    place: new Float64Array(lines.length),
  };
}

function largestOf(numbers: Float64Array): number {
  let largest = -Infinity;
  for (let at = 0; at < numbers.length; at++) largest = Math.max(largest, numbers[at]!);
  return largest;
}

/** Kernels this far below the largest one, in logarithms, are lost in its last digit. */
const negligible = 36;
/** To the bit: a sum of 1 or more stays as it is when less than half of its last digit is added, 2^-54. */
const lost = 37.5;
/** More than what the order of sums can change in a logarithm. */
const rounding = 1e-6;
/** The most that being cut off adds on one axis: a mean at the end, a width of 1. */
const largestCut = 1.1;

function logDensity({ count, weights }: Kernels, branch: Branch, point: Point, limit: number): number {
  const { choices, lines, means, widths, highestTop, tops, cuts, place } = branch;
  for (let j = 0; j < lines.length; j++) place[j] = point[lines[j]!]!;
  const slack = negligible + largestCut * lines.length;
  let largest = -Infinity;
  let sum = 0;
  // The prior first: it is large enough anywhere to leave most others out.
  for (let k = count - 1; k >= 0; k--) {
    const floor = largest - slack;
    const first = lines.length > 0 ? (place[0]! - means[k]!) / widths[k]! : 0;
    const below = 0.5 * first * first;
    // Most of many kernels are too far away on the first line already, however high they are.
    if (highestTop - below < floor - rounding) continue;
    if (!isKnown(tops[k]!)) tops[k] = topOf(branch, k, weights[k]!);
    let log = tops[k]! - below;
    for (let j = 1, at = k + count; j < lines.length && log >= floor; j++, at += count) {
      const z = (place[j]! - means[at]!) / widths[at]!;
      log -= 0.5 * z * z;
    }
    for (let j = 0; j < choices.length && log >= floor; j++) log += choices[j]!.list.logAt(k, point[choices[j]!.axis]!);
    if (log < floor) continue;
    if (!isKnown(cuts[k]!)) cuts[k] = cutOf(branch, k);
    log += cuts[k]!;
    if (log > largest) {
      sum = sum * Math.exp(largest - log) + 1;
      largest = log;
    } else if (log > largest - lost) sum += Math.exp(log - largest);
    if (largest > limit) return Infinity;
  }
  return largest + Math.log(sum);
}

function topOf({ widths, tops, seen }: Branch, kernel: number, weight: number): number {
  let top = Math.log(weight);
  for (let at = kernel, j = 0; at < widths.length; at += tops.length, j++) {
    if (widths[at] !== seen.widths[j]) {
      seen.widths[j] = widths[at]!;
      seen.logs[j] = Math.log(widths[at]!) + logRoot2Pi;
    }
    top -= seen.logs[j]!;
  }
  return top;
}

function cutOf({ means, widths, cuts }: Branch, kernel: number): number {
  let sum = 0;
  for (let at = kernel; at < means.length; at += cuts.length) sum -= logMassWithin(means[at]!, widths[at]!);
  return sum;
}

/** Widths beyond which nothing is left that changes the last digit of 1. */
const far = 8.3;

/** Difference of squares of two ends beyond which the farther one's tail is lost in the last digit of the nearer one's. */
const farther = 75;

/** Logarithm of a normal distribution's mass from 0 to 1, for a mean in there. */
function logMassWithin(mean: number, width: number): number {
  const nearer = Math.min(mean, 1 - mean);
  if (nearer > far * width) return 0;
  const [a, b] = [nearer / width, Math.max(mean, 1 - mean) / width];
  const tail = normalUpperTail(a);
  return Math.log1p(b * b - a * a > farther ? -tail : -tail - normalUpperTail(b));
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

function drawNumber({ count, means, widths }: Kernels, axis: number, kernel: number, rng: Rng): number {
  const at = axis * count + kernel;
  // At least a third of them lie within: no mean lies outside, no width is above 1.
  for (;;) {
    const drawn = means[at]! + widths[at]! * rng.normal();
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
