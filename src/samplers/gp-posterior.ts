/**
 * What a Gaussian process expects of any configuration, given the losses of some. Rasmussen & Williams 2006, 2.2. With
 * C = K + noise I and k_i = k(x, x_i):
 *
 *   mean(x) = k^T C^-1 y        variance(x) = s - k^T C^-1 k
 *
 * Running trials count as if each had ended at its mean (the kriging believer of Ginsbourger et al. 2010): means stay as
 * they are, variances shrink about them.
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
  /** Writes the slopes of both, too; 0 along unordered parameters. */
  slopesAt(x: Float64Array, meanSlopes: Float64Array, varianceSlopes: Float64Array): Belief;
}

/** @param running configurations that have no losses yet */
export function createPosterior(
  kernel: Kernel,
  { rows: finished, unordered }: Points,
  values: Float64Array,
  running: readonly Float64Array[] = [],
): Posterior {
  const { weights, scale, noise } = kernel;
  const rows = [...finished, ...running];
  const count = rows.length;
  const covarianceOf = (a: Float64Array, b: Float64Array): number =>
    scale * matern(squaredDistance(a, b, weights, unordered));

  const matrixOf = (size: number): Float64Array => {
    const matrix = new Float64Array(size * size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < i; j++) matrix[i * size + j] = covarianceOf(rows[i]!, rows[j]!);
      matrix[i * size + i] = scale + noise;
    }
    decompose(matrix, size);
    return matrix;
  };
  const lower = matrixOf(count);
  const known = running.length > 0 ? matrixOf(values.length) : lower;
  /** C^-1 y; believed values add nothing to it. */
  const pulls = new Float64Array(count);
  pulls.set(values);
  solveLower(known, values.length, pulls);
  solveUpper(known, values.length, pulls);

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
    slopesAt(x, meanSlopes, varianceSlopes) {
      for (let i = 0; i < count; i++) {
        const squared = squaredDistance(x, rows[i]!, weights, unordered);
        covariances[i] = scale * matern(squared);
        slopes[i] = 2 * scale * maternSlope(squared);
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
