/**
 * The kernel that explains some losses best: the highest posterior of its parameters, found by its gradient. Rasmussen &
 * Williams 2006, 5.4.1. With C = K + noise I and a = C^-1 y:
 *
 *   -ln p(y) = (y^T a + ln det C + n ln 2 pi) / 2
 *   d(-ln p(y)) / d theta = tr((C^-1 - a a^T) dC / d theta) / 2
 *
 * Priors are Optuna's (5.0.0, optuna/_gp/prior.py): -ln p = 0.1 (1 / w_j + w_j) for each weight, scale ~ Gamma(2, 1),
 * noise ~ Gamma(1.1, 30).
 */
import { decompose, dot, invert, solveLower, solveUpper } from '../stats/cholesky.ts';
import { minimize } from '../stats/minimize.ts';
import { matern, maternSlope, type Kernel, type Points } from './gp-kernel.ts';

/** Losses closer than this are equal, in units of their variance. */
const leastNoise = 1e-6;

/** Logarithms of the parameters. With these bounds C is positive definite in 53 bits, whatever the points. */
const bounds = { low: Math.log(1e-8), high: Math.log(1e5) };
/** Slope at which the fit is good enough, and evaluations of it at most. */
const [tolerance, maxCalls] = [0.01, 60];

/** @param values of mean 0 and variance 1 */
export function fitKernel(points: Points, values: Float64Array): Kernel {
  const dimensions = points.unordered.length;
  const unlikelihood = createUnlikelihood(points, values);
  const kernelAt = (logs: Float64Array): Kernel => ({
    weights: logs.subarray(0, dimensions).map(Math.exp),
    scale: Math.exp(logs[dimensions]!),
    noise: leastNoise + Math.exp(logs[dimensions + 1]!),
  });
  const height = (logs: Float64Array, gradient: Float64Array): number => {
    const kernel = kernelAt(logs);
    const value = unlikelihood(kernel, gradient) + addPrior(kernel, gradient);
    // From ln noise to ln(noise - leastNoise).
    gradient[dimensions + 1]! *= 1 - leastNoise / kernel.noise;
    return value;
  };
  const start = [...points.unordered.map(() => 0), 0, Math.log(0.01)];
  return kernelAt(minimize(height, start, bounds, tolerance, maxCalls).x);
}

/** -ln p(y) of a kernel; writes its slopes by ln weights, ln scale and ln noise. */
export function createUnlikelihood(points: Points, values: Float64Array) {
  const [count, dimensions] = [values.length, points.unordered.length];
  const squares = squaresBetween(points);
  const slopes = new Float64Array((count * (count - 1)) / 2);
  const covariances = new Float64Array(count * count);
  return ({ weights, scale, noise }: Kernel, gradient: Float64Array): number => {
    for (let i = 0, pair = 0; i < count; i++) {
      for (let j = 0; j < i; j++, pair++) {
        const squared = dot(weights, 0, squares, pair * dimensions, dimensions);
        const k = matern(squared);
        covariances[i * count + j] = scale * k;
        slopes[pair] = scale * maternSlope(squared, k);
      }
      covariances[i * count + i] = scale + noise;
    }
    const lower = covariances.slice();
    if (!decompose(lower, count)) return Infinity;
    const solved = values.slice();
    solveLower(lower, count, solved);
    solveUpper(lower, count, solved);
    const inverse = invert(lower, count);

    gradient.fill(0);
    let logRoot = 0;
    for (let i = 0, pair = 0; i < count; i++) {
      logRoot += Math.log(lower[i * count + i]!);
      for (let j = 0; j < i; j++, pair++) {
        // Half of the trace, but both triangles.
        const excess = inverse[i * count + j]! - solved[i]! * solved[j]!;
        gradient[dimensions]! += excess * covariances[i * count + j]!;
        const slope = excess * slopes[pair]!;
        for (let d = 0; d < dimensions; d++) gradient[d]! += slope * squares[pair * dimensions + d]!;
      }
      const excess = (inverse[i * count + i]! - solved[i]! * solved[i]!) / 2;
      gradient[dimensions]! += excess * scale;
      gradient[dimensions + 1]! += excess * noise;
    }
    for (let d = 0; d < dimensions; d++) gradient[d]! *= weights[d]!;
    return dot(values, 0, solved, 0, count) / 2 + logRoot + (count * Math.log(2 * Math.PI)) / 2;
  };
}

/** -ln p of a kernel; adds its slopes. */
function addPrior({ weights, scale, noise }: Kernel, gradient: Float64Array): number {
  const dimensions = weights.length;
  let value = scale - Math.log(scale) + 30 * noise - 0.1 * Math.log(noise);
  weights.forEach((weight, d) => {
    value += 0.1 * (1 / weight + weight);
    gradient[d]! += 0.1 * (weight - 1 / weight);
  });
  gradient[dimensions]! += scale - 1;
  gradient[dimensions + 1]! += 30 * noise - 0.1;
  return value;
}

/** Squared differences of each pair of points, by parameter. */
function squaresBetween({ rows, unordered }: Points): Float64Array {
  const dimensions = unordered.length;
  const squares = new Float64Array(((rows.length * (rows.length - 1)) / 2) * dimensions);
  let at = 0;
  rows.forEach((row, i) => {
    for (let j = 0; j < i; j++) {
      for (let d = 0; d < dimensions; d++, at++) {
        const difference = row[d]! - rows[j]![d]!;
        squares[at] = unordered[d] ? Number(difference !== 0) : difference * difference;
      }
    }
  });
  return squares;
}
