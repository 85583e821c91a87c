/** The density of a Parzen estimator at a point: as few kernels and as few logarithms as its last digit allows. See parzen.ts. */
import { logNormalMassOfUnit, logRoot2Pi } from '../stats/distributions.ts';
import type { Point } from './parzen-axis.ts';
import type { List } from './parzen-lists.ts';

/** All kernels, the last one of which is the prior. */
export interface Kernels {
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

/** Logarithm of the density at a point; Infinity if it is above the limit. */
export function createDensity(kernels: Kernels): (point: Point, limit?: number) => number {
  let branch: Branch | undefined;
  return (point, limit = Infinity) => {
    // Points that are compared have the same axes.
    if (!branch || !hasAxesOf(point, branch)) branch = toBranch(kernels, point);
    return logDensity(kernels, branch, point, limit);
  };
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
  for (let axis = 0; axis < has.length; axis++) if (!Number.isNaN(point[axis]!) !== has[axis]) return false;
  return true;
}

function toBranch({ count, weights, means, widths, least, lists }: Kernels, point: Point): Branch {
  const has = point.map(coordinate => !Number.isNaN(coordinate));
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
  const logsOf = choices.map(({ axis, list }) => list.logsAt(point[axis]!));
  const slack = negligible + largestCut * lines.length;
  let largest = -Infinity;
  let sum = 0;
  /** A sum that is above the limit, however the rest is rounded. */
  let enough = Infinity;
  // The prior first: it is large enough anywhere to leave most others out.
  for (let k = count - 1; k >= 0; k--) {
    const floor = largest - slack;
    const first = lines.length > 0 ? (place[0]! - means[k]!) / widths[k]! : 0;
    const below = 0.5 * first * first;
    // Most of many kernels are too far away on the first line already, however high they are.
    if (highestTop - below < floor - rounding) continue;
    if (Number.isNaN(tops[k]!)) tops[k] = topOf(branch, k, weights[k]!);
    let log = tops[k]! - below;
    for (let j = 1, at = k + count; j < lines.length && log >= floor; j++, at += count) {
      const z = (place[j]! - means[at]!) / widths[at]!;
      log -= 0.5 * z * z;
    }
    for (let j = 0; j < logsOf.length && log >= floor; j++) log += logsOf[j]!(k);
    if (log < floor) continue;
    if (Number.isNaN(cuts[k]!)) cuts[k] = cutOf(branch, k);
    log += cuts[k]!;
    if (log > largest) {
      sum = sum * Math.exp(largest - log) + 1;
      largest = log;
      enough = Math.exp(limit - largest + rounding);
    } else if (log > largest - lost) sum += Math.exp(log - largest);
    if (sum > enough) return Infinity;
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
  for (let at = kernel; at < means.length; at += cuts.length) sum -= logNormalMassOfUnit(means[at]!, widths[at]!);
  return sum;
}
