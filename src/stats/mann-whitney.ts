/**
 * The rank-sum statistic U: how often a value of one sample is above one of the other, ties counted half. Mann & Whitney,
 * On a test of whether one of two random variables is stochastically larger than the other, 1947.
 */
import { normalUpperTail } from './distributions.ts';

export interface RankSum {
  readonly u: number;
  /** Of U where both samples come from one distribution. */
  readonly mean: number;
  readonly variance: number;
}

export function rankSum(a: Float64Array, b: Float64Array): RankSum {
  const [n, m, all] = [a.length, b.length, a.length + b.length];
  const [x, y] = [a.toSorted(), b.toSorted()];
  let [i, j, u, ties] = [0, 0, 0, 0];
  while (i < n || j < m) {
    const value = Math.min(x[i] ?? Infinity, y[j] ?? Infinity);
    const [firstX, firstY] = [i, j];
    while (i < n && x[i] === value) i++;
    while (j < m && y[j] === value) j++;
    u += (i - firstX) * (firstY + (j - firstY) / 2);
    const tied = i - firstX + j - firstY;
    ties += tied ** 3 - tied;
  }
  return { u, mean: (n * m) / 2, variance: ((n * m) / 12) * (all + 1 - ties / (all * (all - 1))) };
}

/** Area under the ROC curve: chance that a positive is above a negative, ties counted half. */
export function auc(positives: readonly number[], negatives: readonly number[]): number {
  const { u, mean } = rankSum(Float64Array.from(positives), Float64Array.from(negatives));
  return u / (2 * mean);
}

/** Chance of sums of U as large as these, by the normal distribution with the continuity correction. */
export function rankSumTail(sums: readonly RankSum[]): number {
  const total = (of: (sum: RankSum) => number): number => sums.reduce((all, sum) => all + of(sum), 0);
  const variance = total(sum => sum.variance);
  return variance === 0 ? 1 : normalUpperTail((total(sum => sum.u - sum.mean) - 0.5) / Math.sqrt(variance));
}
