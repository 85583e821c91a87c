/** Which trials have ended, and how much of a budget of trials that is. */
import type { Trial } from './trial.ts';

/** Whether a trial has ended, however it did. */
export function hasEnded({ state }: Trial): boolean {
  return state === 'complete' || state === 'pruned' || state === 'failed';
}

/** Whether a trial has a result of its own: those that were pruned have not. */
export function isComplete({ state, value }: Pick<Trial, 'state' | 'value'>): boolean {
  return state === 'complete' && value !== undefined;
}

/** Whether a trial has begun, and does not run now. */
export function isAtRest(trial: Trial): boolean {
  return trial.state === 'paused' || hasEnded(trial);
}

/** Whether a trial failed, not because someone interrupted it: its configuration is as bad as any. */
export function isBroken({ state, failure }: Pick<Trial, 'state' | 'failure'>): boolean {
  return state === 'failed' && failure?.cause !== 'interrupted';
}

/** Number of trials that have ended. */
export function countFinished(trials: readonly Trial[]): number {
  return trials.filter(hasEnded).length;
}
