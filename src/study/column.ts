import type { Trial } from './trial.ts';

/** One value for each trial of a history, at its place; valid until it is asked for the next ones. */
export type Column<T> = (history: readonly Trial[]) => readonly T[];

/**
 * What is asked of all trials again and again, worked out once for each: trials are never mutated, and from one decision to
 * the next few of many change.
 */
export function column<T>(of: (trial: Trial) => T): Column<T> {
  // Not the history itself: whoever has it may add to it.
  const known: Trial[] = [];
  const values: T[] = [];
  return history => {
    for (let place = 0; place < history.length; place++) {
      if (history[place] === known[place]) continue;
      known[place] = history[place]!;
      values[place] = of(known[place]!);
    }
    known.length = history.length;
    values.length = history.length;
    return values;
  };
}
