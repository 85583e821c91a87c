/** A split by time: what is known before the forecast trains, what comes after it is held out. */
import type { Divider } from './split.ts';

/** @param times of every row, in any unit; rows of the same time keep their order */
export function byTime(times: Float64Array): Divider {
  return {
    take(rows, count) {
      const ordered = rows.toSorted((a, b) => times[a]! - times[b]! || a - b);
      const first = rows.length - count;
      return { taken: ordered.subarray(first), left: ordered.subarray(0, first) };
    },
    deal() {
      throw new Error('a split by time has no folds');
    },
  };
}
