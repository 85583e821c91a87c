/** Numbers of parameters as shares, in the order in which they are shown. */
import type { Param } from '../../space/space.ts';
import type { Share } from './importance.ts';
import { meanOf } from '../../stats/mean.ts';

/** One share for each parameter, largest first; equal ones in the order of the space. */
export function ranked(params: readonly Pick<Param, 'name'>[], amounts: readonly Omit<Share, 'parameter'>[]): Share[] {
  const shares = params.map(({ name }, index) => ({ parameter: name, ...amounts[index]! }));
  return shares.toSorted((a, b) => b.share - a.share);
}

/** Mean of what several trees say, and its standard deviation over them. */
export function spread(values: readonly number[]): { readonly mean: number; readonly deviation: number } {
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / values.length) };
}
