/** Which trials have ended, and how much of a budget of trials that is. */
import type { Trial } from './trial.ts';

/** Whether a trial has ended, however it did. */
export function hasEnded({ state }: Pick<Trial, 'state'>): boolean {
  return state === 'complete' || state === 'pruned' || state === 'failed';
}

/** Whether a trial has a result: those that were pruned have not. */
export function hasResult({ state, value }: Pick<Trial, 'state' | 'value'>): boolean {
  return state === 'complete' && value !== undefined;
}

/** Whether a trial of the search has a result: what those found that confirm it says how lucky it was. */
export function isComplete(trial: Pick<Trial, 'state' | 'value' | 'confirms'>): boolean {
  return hasResult(trial) && trial.confirms === undefined;
}

/** Whether a trial has begun, and does not run now. */
export function isAtRest(trial: Trial): boolean {
  return trial.state === 'paused' || hasEnded(trial);
}

/** Whether a trial failed, not because someone interrupted it: its configuration is as bad as any. */
export function isBroken({ state, failure }: Pick<Trial, 'state' | 'failure'>): boolean {
  return state === 'failed' && failure?.cause !== 'interrupted';
}

/** Number of trials of the search that have ended: those that confirm others come on top. */
export function countFinished(trials: readonly Pick<Trial, 'state' | 'confirms'>[]): number {
  return trials.filter(trial => hasEnded(trial) && trial.confirms === undefined).length;
}
