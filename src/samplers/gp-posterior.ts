/**
 * What a Gaussian process expects of any configuration, given the losses of some. Rasmussen & Williams 2006, 2.2. With
 * C = K + noise I and k_i = k(x, x_i):
 *
 *   mean(x) = k^T C^-1 y        variance(x) = s - k^T C^-1 k
 */
import { decompose, dot, solveLower, solveUpper } from '../stats/cholesky.ts';
import { columnsOf, materns, squaredDistances, type Kernel, type Points } from './gp-kernel.ts';

export interface Belief {
  readonly mean: number;
  readonly variance: number;
}

export interface Posterior {
  at(x: Float64Array): Belief;
  /** The mean, and what the variance would be if the nearest trial were the only one: cheap, and never below the variance. */
  glance(x: Float64Array): Belief;
  /** Of the function's values at two points, given the examples. */
  covariance(a: Float64Array, b: Float64Array): number;
  /** Writes the slopes of what has those slopes by mean and by variance, too; 0 along unordered parameters. */
  slopesAt(x: Float64Array, slopes: Float64Array, by: (belief: Belief) => readonly [number, number]): Belief;
}

export function createPosterior(kernel: Kernel, points: Points, values: Float64Array): Posterior {
  const { weights, scale, noise } = kernel;
  const { rows, unordered } = points;
  const count = values.length;
  const columns = columnsOf(points);
  const squares = new Float64Array(count);
  /** Of the covariances that were written last, by r^2. */
  const bySquare = new Float64Array(count);
  /** Writes the covariances of a point with each of the first so many examples. */
  const covary = (x: Float64Array, covariances: Float64Array, many = count): void => {
    squaredDistances(x, columns, unordered, weights, many, squares);
    materns(squares, scale, many, covariances, bySquare);
  };

  const lower = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    covary(rows[i]!, lower.subarray(i * count), i);
    lower[i * count + i] = scale + noise;
  }
  decompose(lower, count);
  /** C^-1 y */
  const pulls = values.slice();
  solveLower(lower, count, pulls);
  solveUpper(lower, count, pulls);

  const covariances = new Float64Array(count);
  const solved = new Float64Array(count);

  return {
    at(x) {
      covary(x, solved);
      const mean = dot(solved, 0, pulls, 0, count);
      solveLower(lower, count, solved);
      return { mean, variance: Math.max(0, scale - dot(solved, 0, solved, 0, count)) };
    },
    glance(x) {
      covary(x, covariances);
      let nearest = 0;
      for (let i = 0; i < count; i++) nearest = Math.max(nearest, covariances[i]!);
      const mean = dot(covariances, 0, pulls, 0, count);
      return { mean, variance: scale - (nearest * nearest) / (scale + noise) };
    },
    covariance(a, b) {
      const [first, second] = [a, b].map(x => {
        const part = new Float64Array(count);
        covary(x, part);
        solveLower(lower, count, part);
        return part;
      });
      squaredDistances(a, columnsOf({ rows: [b], unordered }), unordered, weights, 1, squares);
      materns(squares, scale, 1, covariances, bySquare);
      return covariances[0]! - dot(first!, 0, second!, 0, count);
    },
    slopesAt(x, slopes, by) {
      covary(x, covariances);
      solved.set(covariances);
      solveLower(lower, count, solved);
      const belief = {
        mean: dot(covariances, 0, pulls, 0, count),
        variance: Math.max(0, scale - dot(solved, 0, solved, 0, count)),
      };
      solveUpper(lower, count, solved);
      const [byMean, byVariance] = by(belief);
      for (let i = 0; i < count; i++) bySquare[i]! *= byMean * pulls[i]! - 2 * byVariance * solved[i]!;
      // The slope of r^2 along an ordered parameter is twice its weight times the difference.
      for (let d = 0; d < weights.length; d++) {
        const column = columns[d]!;
        const at = x[d]!;
        let sum = 0;
        if (!unordered[d]) for (let i = 0; i < count; i++) sum += bySquare[i]! * (at - column[i]!);
        slopes[d] = 2 * weights[d]! * sum;
      }
      return belief;
    },
  };
}
