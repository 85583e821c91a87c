/** Fisher's exact test, two-sided: have two samples the same share of something? Fisher, Statistical Methods, 1934. */
import { logGamma } from './distributions.ts';
import type { TestResult } from './kolmogorov-smirnov.ts';

/**
 * @param hits how many of each sample have it
 * @returns the difference of the shares as the statistic
 */
export function fisherExact(hits: readonly [number, number], sizes: readonly [number, number]): TestResult {
  const [n, m] = sizes;
  const all = hits[0] + hits[1];
  const logProbability = (first: number): number =>
    logChoose(n, first) + logChoose(m, all - first) - logChoose(n + m, all);
  // As likely as what was seen, but for rounding.
  const limit = logProbability(hits[0]) + 1e-7;
  let p = 0;
  for (let first = Math.max(0, all - m); first <= Math.min(n, all); first++) {
    const probability = logProbability(first);
    if (probability <= limit) p += Math.exp(probability);
  }
  return { statistic: Math.abs(hits[0] / n - hits[1] / m), p: Math.min(1, p) };
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}
