/**
 * A Parzen estimator over points of the unit cube: a mixture of one kernel for each point, the product of a distribution
 * for each axis, and of one that covers the whole cube, the prior. Numbers have normal distributions that are cut off at 0
 * and 1, as wide as the way to the farther one of both neighbours; values that share a part of the interval have its mass.
 * Points may lack coordinates (NaN): there their kernels are the prior's.
 * Bergstra, Bardenet, Bengio & Kégl 2011, https://papers.nips.cc/paper/4443; joint kernels: Falkner, Klein & Hutter 2018,
 * https://arxiv.org/abs/1807.01774. Widths, weights and prior are those of Optuna 5.0.0.
 */
import type { Rng } from '../study/rng.ts';
import type { Axis, Point } from './parzen-axis.ts';
import { createDensity, type Kernels } from './parzen-density.ts';
import { listOf } from './parzen-lists.ts';
import { setWidths } from './parzen-widths.ts';

export interface Parzen {
  draw(rng: Rng): number[];
  /**
   * Logarithm of the density at a point; of the mass where values share parts of an axis; axes where it has no coordinate
   * count for nothing.
   * @param limit what is above need not be known: Infinity then
   */
  logDensity(point: Point, limit?: number): number;
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
  return {
    draw(rng) {
      const kernel = drawIndex(weights, rng);
      const point: number[] = [];
      for (let axis = 0; axis < axes.length; axis++)
        point.push(kernels.lists[axis]?.draw(kernel, rng) ?? drawNumber(kernels, axis, kernel, rng));
      return point;
    },
    logDensity: createDensity(kernels),
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
  for (let at = 0; at < means.length; at++) if (Number.isNaN(means[at]!)) means[at] = 0.5;
  const lists = axes.map((axis, index) => {
    if (axis.count === Infinity) return undefined;
    const [from, to] = [index * count, (index + 1) * count];
    return listOf(axis, index, points, means.subarray(from, to), widths.subarray(from, to));
  });
  return { count, weights, means, widths, least, lists };
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
