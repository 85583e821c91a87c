/**
 * What a Gaussian process expects of any configuration, given the losses of some. Rasmussen & Williams 2006, 2.2. With
 * C = K + noise I and k_i = k(x, x_i):
 *
 *   mean(x) = k^T C^-1 y        variance(x) = s - k^T C^-1 k
 */
import { decompose, dot, solveLower, solveUpper } from '../stats/cholesky.ts';
import { matern, maternSlope, squaredDistance, type Kernel, type Points } from './gp-kernel.ts';

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
  /** Writes the slopes of both, too; 0 along unordered parameters. */
  slopesAt(x: Float64Array, meanSlopes: Float64Array, varianceSlopes: Float64Array): Belief;
}

export function createPosterior(kernel: Kernel, { rows, unordered }: Points, values: Float64Array): Posterior {
  const { weights, scale, noise } = kernel;
  const count = values.length;
  const covarianceOf = (a: Float64Array, b: Float64Array): number =>
    scale * matern(squaredDistance(a, b, weights, unordered));

  const lower = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) lower[i * count + j] = covarianceOf(rows[i]!, rows[j]!);
    lower[i * count + i] = scale + noise;
  }
  decompose(lower, count);
  /** C^-1 y */
  const pulls = values.slice();
  solveLower(lower, count, pulls);
  solveUpper(lower, count, pulls);

  const covariances = new Float64Array(count);
  const solved = new Float64Array(count);
  const slopes = new Float64Array(count);

  return {
    at(x) {
      for (let i = 0; i < count; i++) solved[i] = covarianceOf(x, rows[i]!);
      const mean = dot(solved, 0, pulls, 0, count);
      solveLower(lower, count, solved);
      return { mean, variance: Math.max(0, scale - dot(solved, 0, solved, 0, count)) };
    },
    glance(x) {
      let [mean, nearest] = [0, 0];
      for (let i = 0; i < count; i++) {
        const covariance = covarianceOf(x, rows[i]!);
        mean += covariance * pulls[i]!;
        if (covariance > nearest) nearest = covariance;
      }
      return { mean, variance: scale - (nearest * nearest) / (scale + noise) };
    },
    covariance(a, b) {
      const [first, second] = [a, b].map(x => {
        const part = Float64Array.from(rows, row => covarianceOf(x, row));
        solveLower(lower, count, part);
        return part;
      });
      return covarianceOf(a, b) - dot(first!, 0, second!, 0, count);
    },
    slopesAt(x, meanSlopes, varianceSlopes) {
      for (let i = 0; i < count; i++) {
        const squared = squaredDistance(x, rows[i]!, weights, unordered);
        const k = matern(squared);
        covariances[i] = scale * k;
        slopes[i] = 2 * scale * maternSlope(squared, k);
      }
      solved.set(covariances);
      solveLower(lower, count, solved);
      const variance = Math.max(0, scale - dot(solved, 0, solved, 0, count));
      solveUpper(lower, count, solved);
      meanSlopes.fill(0);
      varianceSlopes.fill(0);
      for (let i = 0; i < count; i++) {
        const row = rows[i]!;
        for (let d = 0; d < weights.length; d++) {
          if (unordered[d]) continue;
          const slope = slopes[i]! * weights[d]! * (x[d]! - row[d]!);
          meanSlopes[d]! += slope * pulls[i]!;
          varianceSlopes[d]! -= 2 * slope * solved[i]!;
        }
      }
      return { mean: dot(covariances, 0, pulls, 0, count), variance };
    },
  };
}
