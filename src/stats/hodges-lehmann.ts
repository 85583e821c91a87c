/**
 * How far one sample lies above another: the median of all pairwise differences, and between which of them the shift lies.
 * Hodges & Lehmann, Estimates of location based on rank tests, 1963; the interval holds the shifts that the Mann-Whitney
 * test does not reject: Moses, in Walker & Lev, Statistical inference, 1953.
 */
import { rankSumCut, rankSumTest } from './exact-rank-sum.ts';
import { intervalAt, middleOf, type Shift } from './shift.ts';

/**
 * From `before` to `after`.
 * @param error chance that the interval misses the shift, at most; with too few values for that it has no ends
 */
export function shiftBetween(before: readonly number[], after: readonly number[], error: number): Shift {
  const differences = Float64Array.from(after.flatMap(to => before.map(from => to - from))).toSorted();
  const { rank } = rankSumCut(before.length, after.length, error / 2);
  return { estimate: middleOf(differences), ...intervalAt(differences, rank), p: rankSumTest(before, after) };
}
