/**
 * The learning curve over data sizes, loss = a + b n^-c: Hestness et al., Deep learning scaling is predictable,
 * empirically, 2017. Fitted by robust least squares: for a given c the law is linear in a and b (variable projection,
 * Golub & Pereyra 1973), so only c has to be searched, and no start value can be wrong. Residuals count as in SciPy's
 * least_squares(loss="soft_l1"), by weights renewed until they stay.
 */
import { studentQuantile } from './distributions.ts';
import type { Interval } from './intervals.ts';

export interface PowerLaw {
  /** Loss with endless data. */
  readonly a: number;
  readonly b: number;
  readonly c: number;
  predict(size: number): number;
  /** Where 95 % of new measurements at this size lie, if the law holds. Endless for less than one point too many. */
  interval(size: number): Interval;
}

/** Residuals above this share of the middle loss count less than their squares. */
const outlying = 0.05;
const exponents = [0.01, 10] as const;

/** @param losses one for each of the sizes, which may repeat; at least 3 different ones */
export function fitPowerLaw(sizes: readonly number[], losses: readonly number[]): PowerLaw {
  const unit = Math.min(...sizes);
  const ratios = sizes.map(size => size / unit);
  const data: Data = {
    ratios,
    losses,
    scale: outlying * Math.abs(losses.toSorted((x, y) => x - y)[losses.length >> 1]!) || 1,
    // No loss is negative where none of the measured ones is.
    floor: losses.every(loss => loss >= 0) ? 0 : -Infinity,
  };
  const fit = minimize(c => fitLinear(data, c));
  const { a, b, c } = fit;
  const predict = (size: number): number => a + b * (size / unit) ** -c;
  const reachOf = createReach(data, fit);
  const [low, high] = [-1, 1].map(sign => (size: number) => predict(size) + sign * reachOf(size / unit));
  const largest = Math.max(...sizes);
  return {
    a,
    b: b * unit ** c,
    c,
    predict,
    interval: size => ({
      low: Math.max(data.floor, low!(size)),
      // More data than was measured makes no loss greater.
      high: size > largest ? Math.min(high!(size), high!(largest)) : high!(size),
    }),
  };
}

interface Data {
  /** Sizes over the smallest one. */
  readonly ratios: readonly number[];
  readonly losses: readonly number[];
  readonly scale: number;
  readonly floor: number;
}

interface Fit {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly weights: readonly number[];
  readonly cost: number;
}

/** The best a and b >= 0 for this c. */
function fitLinear({ ratios, losses, scale, floor }: Data, c: number): Fit {
  const x = ratios.map(ratio => ratio ** -c);
  let weights = losses.map(() => 1);
  for (let round = 0; ; round++) {
    const sum = (of: (index: number) => number): number => weights.reduce((all, w, index) => all + w * of(index), 0);
    const total = sum(() => 1);
    const [middleX, middleY] = [sum(i => x[i]!) / total, sum(i => losses[i]!) / total];
    const spread = sum(i => (x[i]! - middleX) ** 2);
    let b = Math.max(0, sum(i => (x[i]! - middleX) * (losses[i]! - middleY)) / spread);
    let a = middleY - b * middleX;
    if (a < floor) [a, b] = [floor, sum(i => x[i]! * (losses[i]! - floor)) / sum(i => x[i]! ** 2)];
    const roots = losses.map((loss, i) => Math.sqrt(1 + ((loss - a - b * x[i]!) / scale) ** 2));
    const change = Math.max(...roots.map((root, i) => Math.abs(1 / root - weights[i]!)));
    weights = roots.map(root => 1 / root);
    if (change < 1e-12 || round === 200)
      return { a, b, c, weights, cost: roots.reduce((all, root) => all + root - 1, 0) * scale ** 2 };
  }
}

/** Over a grid of ln c, then by golden section about its best point: Kiefer 1953. */
function minimize(fitAt: (c: number) => Fit): Fit {
  const [first, last] = exponents.map(Math.log) as [number, number];
  const at = (logC: number): Fit => fitAt(Math.exp(logC));
  const grid = Array.from({ length: 71 }, (_, index) => first + ((last - first) * index) / 70);
  const costs = grid.map(logC => at(logC).cost);
  const best = costs.indexOf(Math.min(...costs));
  let [low, high] = [grid[Math.max(0, best - 1)]!, grid[Math.min(70, best + 1)]!];
  const golden = (Math.sqrt(5) - 1) / 2;
  while (high - low > 1e-9) {
    const [left, right] = [high - golden * (high - low), low + golden * (high - low)];
    if (at(left).cost < at(right).cost) high = right;
    else low = left;
  }
  return at((low + high) / 2);
}

/** Half the width of the interval at a ratio of sizes, by the delta method: Bates & Watts, Nonlinear Regression, 1988. */
function createReach({ ratios, losses, floor }: Data, { a, b, c, weights }: Fit): (ratio: number) => number {
  // What stands at its bound is no free parameter; with b = 0 there is no slope to c.
  const isInside = b > 0 && c > exponents[0] * 1.01 && c < exponents[1] * 0.99;
  const slopes = (ratio: number): number[] => {
    const x = ratio ** -c;
    return [...(a > floor ? [1] : []), ...(b > 0 ? [x] : []), ...(isInside ? [-b * x * Math.log(ratio)] : [])];
  };
  const jacobian = ratios.map(slopes);
  const count = jacobian[0]!.length;
  const freedom = losses.length - count;
  if (freedom < 1) return () => Infinity;
  const residuals = losses.map((loss, i) => loss - a - b * ratios[i]! ** -c);
  const variance = residuals.reduce((sum, residual, i) => sum + weights[i]! * residual ** 2, 0) / freedom;
  const normal = Array.from({ length: count }, (_, row) =>
    Array.from({ length: count }, (_, column) =>
      jacobian.reduce((sum, slope, i) => sum + weights[i]! * slope[row]! * slope[column]!, 0),
    ),
  );
  const t = studentQuantile(0.025, freedom);
  return ratio => {
    const slope = slopes(ratio);
    const solved = solve(normal, slope);
    return t * Math.sqrt(variance * (1 + slope.reduce((sum, value, index) => sum + value * solved[index]!, 0)));
  };
}

/** A positive definite system, by elimination. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, index) => [...row, right[index]!]);
  rows.forEach((pivot, at) => {
    for (const row of rows) {
      if (row === pivot) continue;
      const factor = row[at]! / pivot[at]!;
      pivot.forEach((value, column) => (row[column]! -= factor * value));
    }
  });
  return rows.map((row, index) => row.at(-1)! / row[index]!);
}
