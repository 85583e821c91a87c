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
import { materns, type Columns, type Kernel, type Points } from './gp-kernel.ts';

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
  const columns = squaresBetween(points);
  const pairs = (count * (count - 1)) / 2;
  const [squares, covariances, slopes] = [new Float64Array(pairs), new Float64Array(pairs), new Float64Array(pairs)];
  const lower = new Float64Array(count * count);
  return ({ weights, scale, noise }: Kernel, gradient: Float64Array): number => {
    squares.fill(0);
    columns.forEach((column, d) => addTimes(squares, column, weights[d]!));
    materns(squares, scale, pairs, covariances, slopes);
    for (let i = 0, pair = 0; i < count; i++) {
      for (let j = 0; j < i; j++, pair++) lower[i * count + j] = covariances[pair]!;
      lower[i * count + i] = scale + noise;
    }
    if (!decompose(lower, count)) return Infinity;
    const solved = values.slice();
    solveLower(lower, count, solved);
    solveUpper(lower, count, solved);
    const inverse = invert(lower, count);

    gradient.fill(0);
    let logRoot = 0;
    for (let i = 0, pair = 0; i < count; i++) {
      logRoot += Math.log(lower[i * count + i]!);
      const pull = solved[i]!;
      for (let j = 0; j < i; j++, pair++) {
        // Half of the trace, but both triangles.
        const excess = inverse[i * count + j]! - pull * solved[j]!;
        gradient[dimensions]! += excess * covariances[pair]!;
        slopes[pair]! *= excess;
      }
      const excess = (inverse[i * count + i]! - pull * pull) / 2;
      gradient[dimensions]! += excess * scale;
      gradient[dimensions + 1]! += excess * noise;
    }
    columns.forEach((column, d) => (gradient[d] = weights[d]! * dot(slopes, 0, column, 0, pairs)));
    return dot(values, 0, solved, 0, count) / 2 + logRoot + (count * Math.log(2 * Math.PI)) / 2;
  };
}

function addTimes(sums: Float64Array, column: Float64Array, factor: number): void {
  for (let i = 0; i < sums.length; i++) sums[i]! += factor * column[i]!;
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

/** Squared differences of each pair of points, an array for each parameter. */
function squaresBetween({ rows, unordered }: Points): Columns {
  return unordered.map((isUnordered, d) => {
    const squares = new Float64Array((rows.length * (rows.length - 1)) / 2);
    for (let i = 0, pair = 0; i < rows.length; i++)
      for (let j = 0; j < i; j++, pair++) {
        const difference = rows[i]![d]! - rows[j]![d]!;
        squares[pair] = isUnordered ? Number(difference !== 0) : difference * difference;
      }
    return squares;
  });
}
