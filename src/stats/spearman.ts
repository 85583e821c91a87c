/**
 * How far two samples agree in their order: the correlation of the ranks, from -1 to 1, ties at their mean rank.
 * Spearman 1904, https://doi.org/10.2307/1412159
 */
import { midranks } from './signed-rank.ts';

export function spearman(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [centredRanks(a), centredRanks(b)];
  const product = (p: readonly number[], q: readonly number[]): number =>
    p.reduce((sum, value, index) => sum + value * q[index]!, 0);
  return product(x, y) / Math.sqrt(product(x, x) * product(y, y));
}

/** Ranks from their mean on; all 0 where all values are equal. */
function centredRanks(values: readonly number[]): readonly number[] {
  return midranks(values).ranks.map(rank => rank - (values.length + 1) / 2);
}
