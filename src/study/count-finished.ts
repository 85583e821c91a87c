/** How much of a budget of trials is spent. */
import type { Trial } from './trial.ts';

/** Whether a trial has ended, however it did. */
export function hasEnded({ state }: Trial): boolean {
  return state !== 'running' && state !== 'waiting';
}

/** Number of trials that have ended. */
export function countFinished(trials: readonly Trial[]): number {
  return trials.filter(hasEnded).length;
}
