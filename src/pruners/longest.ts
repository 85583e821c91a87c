import { column } from '../study/column.ts';
import type { Trial } from '../study/trial.ts';

/** Finds the last step of the longest complete trial; undefined while none has come to a step. */
export function createLongest(): (history: readonly Trial[]) => number | undefined {
  const lengths = column(({ state, curve }) => (state === 'complete' ? (curve.at(-1)?.step ?? 0) : 0));
  return history => {
    let longest = 0;
    for (const length of lengths(history)) if (length > longest) longest = length;
    return longest === 0 ? undefined : longest;
  };
}
