/**
 * How far paired values have moved. If nothing did, each difference is as likely to have the other sign: Fisher, The design
 * of experiments, 1935, 21. The shifts that this test does not reject lie between two means of subsets of the differences:
 * all 2^k - 1 of them part the line into 2^k pieces, each as likely as any to hold the shift. Hartigan, Using subsample
 * values as typical values, 1969.
 */
import { median } from './median.ts';
import { intervalAt, type Shift } from './shift.ts';

/** 65,536 choices of signs. */
export const mostFlips = 16;

/**
 * The estimate is the median of all means of two differences, Walsh's, each with itself too: Hodges & Lehmann 1963.
 * @param differences at most 16
 * @param error chance that the interval misses the shift, at most; with too few values for that it has no ends
 */
export function shiftOfPairs(differences: readonly number[], error: number): Shift {
  const walsh = differences.flatMap((a, index) => differences.slice(index).map(b => (a + b) / 2));
  const rank = Math.floor((error / 2) * 2 ** differences.length);
  return { estimate: median(walsh), ...intervalAt(subsetMeans(differences), rank), p: signFlipTest(differences) };
}

/** Two-sided p of their mean, as SciPy's permutation_test of samples. */
function signFlipTest(differences: readonly number[]): number {
  const sums = subsetSums(differences);
  const total = sums.at(-1)!;
  // Sums that are equal but for the order of adding count as equal.
  const least = Math.abs(total) - 1e-12 * differences.reduce((sum, difference) => sum + Math.abs(difference), 0);
  // Where the signs of a subset stay and all others flip, the sum is this.
  return sums.filter(sum => Math.abs(2 * sum - total) >= least).length / sums.length;
}

/** Of every subset but the empty one, ascending. */
function subsetMeans(values: readonly number[]): Float64Array {
  const sizes = subsetSums(values.map(() => 1));
  return subsetSums(values)
    .map((sum, subset) => sum / sizes[subset]!)
    .subarray(1)
    .toSorted();
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
