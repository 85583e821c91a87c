/** What a test says of a shift from one sample to another. */
import type { Interval } from './intervals.ts';

export interface Shift extends Interval {
  readonly estimate: number;
  /** Two-sided, of no shift. */
  readonly p: number;
}

/** From the rank-th smallest to the rank-th largest value; without ends for rank 0. */
export function intervalAt(ascending: Float64Array, rank: number): Interval {
  return { low: ascending[rank - 1] ?? -Infinity, high: ascending[ascending.length - rank] ?? Infinity };
}

/** The middle value; of an even number the mean of both in the middle. */
export function middleOf(ascending: Float64Array): number {
  const { low, high } = intervalAt(ascending, (ascending.length + 1) >> 1);
  return (low + high) / 2;
}
