/**
 * The exact distribution of the rank sum U where both samples come from one distribution: every choice of n of the n + m
 * values is equally likely to be the first sample. Mann & Whitney, On a test of whether one of two random variables is
 * stochastically larger than the other, 1947; with ties by their midranks: Lehmann, Nonparametrics, 1975, 1.4.
 */
import { normalUpperTail } from './distributions.ts';
import { rankSum, rankSumTail } from './mann-whitney.ts';
import { midranks } from './signed-rank.ts';

/** Products of the sizes from which on U is taken as normal: its chances are less than 0.001 off there. */
const mostPairs = 2500;

/** Two-sided p: twice the smaller tail, at most 1, as SciPy's mannwhitneyu (exact; its permutations where there are ties). */
export function rankSumTest(a: readonly number[], b: readonly number[]): number {
  const tails = a.length * b.length > mostPairs ? normalTails(a, b) : exactTails(a, b);
  return Math.min(1, 2 * Math.min(...tails));
}

function normalTails(a: readonly number[], b: readonly number[]): readonly number[] {
  const [x, y] = [Float64Array.from(a), Float64Array.from(b)];
  return [rankSumTail([rankSum(x, y)]), rankSumTail([rankSum(y, x)])];
}

function exactTails(a: readonly number[], b: readonly number[]): readonly number[] {
  const { ranks, ties } = midranks([...a, ...b]);
  const found = sumOf(ranks.slice(0, a.length));
  if (ties === 0) {
    const chances = untiedChances(a.length, b.length);
    const u = found - (a.length * (a.length + 1)) / 2;
    return [chances[u]!, chances[a.length * b.length - u]!];
  }
  // Midranks have halves; doubled, all are whole.
  const chances = chancesOfSums(
    ranks.map(rank => 2 * rank),
    a.length,
  );
  return [chances[2 * found]!, 1 - (chances[2 * found - 1] ?? 0)];
}

/** Where U is cut off so that what is below has at most a given chance. */
export interface Cut {
  /** The number of values of U below the cut: the k-th smallest and the k-th largest difference of two samples bound their shift. */
  readonly rank: number;
  /** Of U < rank. */
  readonly chance: number;
}

export function rankSumCut(n: number, m: number, tail: number): Cut {
  const chanceOf = n * m > mostPairs ? normalChances(n, m) : (u: number) => untiedChances(n, m)[u]!;
  let [rank, chance] = [0, 0];
  for (let next = chanceOf(0); next <= tail; next = chanceOf(rank)) {
    chance = next;
    rank++;
  }
  return { rank, chance };
}

function normalChances(n: number, m: number): (u: number) => number {
  const deviation = Math.sqrt((n * m * (n + m + 1)) / 12);
  return u => normalUpperTail(((n * m) / 2 - u - 0.5) / deviation);
}

/** Each pair of sizes is worked out once. */
const known = new Map<string, Float64Array>();

/** Chance of U being its index or less, without ties. */
function untiedChances(n: number, m: number): Float64Array {
  const key = `${n} ${m}`;
  const ranks = Array.from({ length: n + m }, (_, index) => index + 1);
  const chances = known.get(key) ?? chancesOfSums(ranks, n).subarray((n * (n + 1)) / 2);
  known.set(key, chances);
  return chances;
}

/** Chance that so many of the ranks sum up to the index or less: of every rank, choices without it and choices with it. */
function chancesOfSums(ranks: readonly number[], count: number): Float64Array {
  const most = sumOf(ranks.toSorted((a, b) => b - a).slice(0, count));
  const ways = Array.from({ length: count + 1 }, () => new Float64Array(most + 1));
  ways[0]![0] = 1;
  ranks.forEach((rank, seen) => {
    for (let chosen = Math.min(count, seen + 1); chosen > 0; chosen--) {
      const [having, lacking] = [ways[chosen]!, ways[chosen - 1]!];
      for (let sum = most; sum >= rank; sum--) having[sum]! += lacking[sum - rank]!;
    }
  });
  const all = sumOf(ways[count]!);
  let below = 0;
  return ways[count]!.map(number => (below += number) / all);
}

function sumOf(values: readonly number[] | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
