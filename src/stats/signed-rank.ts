/**
 * Whether paired differences are above zero: Wilcoxon, Individual comparisons by ranking methods, 1945. As SciPy's
 * wilcoxon(alternative="greater", zero_method="zsplit"): exact where SciPy is, by the normal distribution elsewhere.
 */
import { normalUpperTail } from './distributions.ts';

/** Chance of a sum of positive ranks as large as this, if differences of both signs are equally likely. */
export function signedRankTail(differences: readonly number[]): number {
  const n = differences.length;
  const { ranks, ties } = midranks(differences.map(Math.abs));
  const signed = differences.map((difference, index) => ({ sign: Math.sign(difference), rank: ranks[index]! }));
  const sumOf = (sign: number): number => signed.reduce((sum, one) => sum + (one.sign === sign ? one.rank : 0), 0);
  const isExact = ties === 0 && sumOf(0) === 0 ? n <= 50 : n <= 13;
  if (isExact)
    return exactTail(
      signed.filter(({ sign }) => sign !== 0).map(({ rank }) => rank),
      sumOf(1),
    );
  // Zeros count half for either sign.
  const sum = sumOf(1) + sumOf(0) / 2;
  const variance = (n * (n + 1) * (2 * n + 1) - ties / 2) / 24;
  return normalUpperTail((sum - (n * (n + 1)) / 4) / Math.sqrt(variance));
}

/** Counts the subsets of the ranks by their sum; doubled, since ties have halves. */
function exactTail(ranks: readonly number[], sum: number): number {
  const total = ranks.reduce((all, rank) => all + 2 * rank, 0);
  const chances = new Float64Array(total + 1);
  chances[0] = 1;
  for (const rank of ranks) {
    for (let at = total; at >= 0; at--) chances[at] = (chances[at]! + (chances[at - 2 * rank] ?? 0)) / 2;
  }
  return chances.subarray(2 * sum).reduce((all, chance) => all + chance, 0);
}

/** Equal values share the mean of their ranks; `ties` is the sum of t^3 - t over groups of t of them. */
export function midranks(values: readonly number[]): { readonly ranks: readonly number[]; readonly ties: number } {
  const order = values.map((_, index) => index).toSorted((a, b) => values[a]! - values[b]!);
  const ranks = values.map(() => 0);
  let ties = 0;
  for (let from = 0, to = 0; from < order.length; from = to) {
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (const index of order.slice(from, to)) ranks[index] = (from + to + 1) / 2;
    ties += (to - from) ** 3 - (to - from);
  }
  return { ranks, ties };
}
