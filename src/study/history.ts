/** What samplers and pruners are shown of a study's trials. */
import { hasEnded } from './count-finished.ts';
import type { Trials } from './fold.ts';
import type { Trial, TrialState } from './trial.ts';

/** What samplers are shown of the trials of the search before the given one. */
export function historyOf(trials: Trials, id: number): readonly Trial[] {
  const all = trials.searched();
  const before = trials.count === id ? all : all.filter(trial => trial.id < id);
  return trials.open().every(({ state }) => state === 'running') ? before : toHistory(before);
}

/**
 * What is not more than a wish is left out. A trial that is paused has come as far as it may, like one that was stopped; one
 * that was interrupted goes on.
 */
export function toHistory(trials: readonly Trial[]): readonly Trial[] {
  const shown: Partial<Record<TrialState, TrialState>> = { paused: 'pruned', interrupted: 'running' };
  return trials
    .filter(({ state }) => state !== 'waiting')
    .map(trial => (shown[trial.state] ? { ...trial, state: shown[trial.state]! } : trial));
}

/** The trial as it was when it began. */
export function asRunning({ id, config, startedAt }: Trial): Trial {
  return { id, state: 'running', attempt: 1, config, curve: [], startedAt };
}

/** Share of the complete trials that count as good. */
const goodShare = 0.25;

/**
 * Whether what was proposed while trials ran is still right, and the trials that have ended since then. While a trial runs,
 * samplers take it for one that will not be good, so that others do not go where it is. One that turned out so tells them
 * hardly anything new; after one that turned out good, the proposal would be another one.
 *
 * @param before the history of the proposal
 * @param now all trials, by id; values are losses
 * @returns undefined when it is not right any more
 */
export function unseenIn(before: readonly Trial[], now: readonly Trial[]): readonly number[] | undefined {
  const complete = before.filter(({ state }) => state === 'complete').map(({ value }) => value!);
  const limit = complete.toSorted((a, b) => a - b)[Math.ceil(goodShare * complete.length) - 1];
  const ended = before.filter(({ id, state }) => state === 'running' && hasEnded(now[id]!)).map(({ id }) => now[id]!);
  const isGood = ({ state, value }: Trial): boolean => state === 'complete' && !(value! > limit!);
  return limit === undefined || ended.some(isGood) ? undefined : ended.map(({ id }) => id);
}
