/** Which trials are examples of what is good, and which of what is not, for estimators of both. As in Optuna 5.0.0. */
import type { Trial } from '../study/trial.ts';

/** The best tenth, but no more than this. */
const mostGood = 25;

export interface Split {
  /** Both by number. */
  readonly good: readonly Trial[];
  readonly bad: readonly Trial[];
}

/** Whether a trial says how good its configuration is. */
export function isFinished({ state, value }: Trial): boolean {
  return state === 'pruned' || (state === 'complete' && value !== undefined);
}

/**
 * Complete trials by value, then pruned ones: those that came farther first, by their last value. Running trials count as
 * bad, so that others do not go where they are; failed ones say nothing.
 */
export function splitTrials(history: readonly Trial[]): Split {
  const ranked = history.filter(isFinished).toSorted(compare);
  const good = new Set(ranked.slice(0, Math.min(mostGood, Math.ceil(ranked.length / 10))));
  const isKnown = (trial: Trial): boolean => trial.state === 'running' || isFinished(trial);
  return {
    good: history.filter(trial => good.has(trial)),
    bad: history.filter(trial => isKnown(trial) && !good.has(trial)),
  };
}

function compare(a: Trial, b: Trial): number {
  const [first, second] = [rankOf(a), rankOf(b)];
  const differing = first.findIndex((part, index) => part !== second[index]);
  return differing < 0 ? 0 : first[differing]! < second[differing]! ? -1 : 1;
}

/** Smaller is better, the first part that differs counts. */
function rankOf({ state, value, curve }: Trial): readonly number[] {
  if (state === 'complete') return [0, value!];
  const last = curve.at(-1);
  return last ? [1, -last.step, Number.isNaN(last.value) ? Infinity : last.value] : [2];
}
