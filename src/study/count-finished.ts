/** How much of a budget of trials is spent. */
import type { Trial } from './trial.ts';

/** Number of trials that have ended, however they did. */
export function countFinished(trials: readonly Trial[]): number {
  return trials.filter(({ state }) => state !== 'running').length;
}
