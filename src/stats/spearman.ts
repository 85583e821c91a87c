/**
 * How far two samples agree in their order: the correlation of the ranks, from -1 to 1, ties at their mean rank.
 * Spearman 1904, https://doi.org/10.2307/1412159
 */
export function spearman(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [centredRanks(a), centredRanks(b)];
  const product = (p: readonly number[], q: readonly number[]): number =>
    p.reduce((sum, value, index) => sum + value * q[index]!, 0);
  return product(x, y) / Math.sqrt(product(x, x) * product(y, y));
}

/** Ranks from their mean on; all 0 where all values are equal. */
function centredRanks(values: readonly number[]): readonly number[] {
  const order = Array.from(values.keys()).toSorted((a, b) => values[a]! - values[b]!);
  const ranks = new Array<number>(values.length);
  for (let from = 0, to = 0; from < order.length; from = to) {
    while (to < order.length && values[order[to]!] === values[order[from]!]) to += 1;
    for (const index of order.slice(from, to)) ranks[index] = (from + to - order.length) / 2;
  }
  return ranks;
}
