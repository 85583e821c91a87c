/**
 * How far paired values have moved. If nothing did, each difference is as likely to have the other sign: Fisher, The design
 * of experiments, 1935, 21. The shifts that this test does not reject lie between two means of subsets of the differences:
 * all 2^k - 1 of them part the line into 2^k pieces, each as likely as any to hold the shift. Hartigan, Using subsample
 * values as typical values, 1969.
 */
import { intervalAt, middleOf, type Shift } from './shift.ts';

/** 65,536 choices of signs. */
export const mostFlips = 16;

/**
 * The estimate is the median of all means of two differences, Walsh's, each with itself too: Hodges & Lehmann 1963.
 * @param differences at most 16
 * @param error chance that the interval misses the shift, at most; with too few values for that it has no ends
 */
export function shiftOfPairs(differences: readonly number[], error: number): Shift {
  const walsh = Float64Array.from(differences.flatMap((a, at) => differences.slice(at).map(b => (a + b) / 2)));
  const sums = subsetSums(differences);
  const sizes = subsetSums(differences.map(() => 1));
  // Of every subset but the empty one.
  const means = sums.map((sum, subset) => sum / sizes[subset]!).subarray(1);
  const rank = Math.floor((error / 2) * sums.length);
  return { estimate: middleOf(walsh.toSorted()), ...intervalAt(means.toSorted(), rank), p: flipChance(sums) };
}

/** Two-sided p of the mean, as SciPy's permutation_test of samples. */
function flipChance(sums: Float64Array): number {
  const total = sums.at(-1)!;
  // Sums that are equal but for the order of adding count as equal.
  const least = Math.abs(total) - 1e-12 * sums.reduce((most, sum) => Math.max(most, Math.abs(sum)), 0);
  // Where the signs of a subset stay and all others flip, the sum is this.
  return sums.filter(sum => Math.abs(2 * sum - total) >= least).length / sums.length;
}

/** Bit n of the index tells whether value n is in the subset. */
function subsetSums(values: readonly number[]): Float64Array {
  const sums = new Float64Array(2 ** values.length);
  values.forEach((value, index) => {
    const size = 2 ** index;
    for (let subset = 0; subset < size; subset++) sums[size + subset] = sums[subset]! + value;
  });
  return sums;
}
