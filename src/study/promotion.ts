/** Which paused trial goes on when another one could run: Algorithm 2 of https://arxiv.org/abs/1810.05934, for any pruner. */
import { isComplete } from './count-finished.ts';
import { lossOf } from './losses.ts';
import type { Direction, Pruner } from './ports.ts';
import type { Trial } from './trial.ts';

/** The paused trials: those that came farthest first, of these the best. */
export function pausedTrials(trials: readonly Trial[], direction: Direction = 'minimize'): readonly Trial[] {
  const step = ({ curve }: Trial): number => curve.at(-1)?.step ?? 0;
  const loss = ({ curve }: Trial): number => lossOf(curve.at(-1)?.value ?? NaN, direction);
  return trials
    .filter(({ state }) => state === 'paused')
    .toSorted((a, b) => step(b) - step(a) || loss(a) - loss(b) || a.id - b.id);
}

/** Trials that may go on after a pause: those that are paused, in their order, and those that run, as they may pause. */
export function mayGoOn(trials: readonly Trial[], direction: Direction): readonly Trial[] {
  return [...pausedTrials(trials, direction), ...trials.filter(({ state }) => state === 'running')];
}

/**
 * The first that the pruner lets go on. Values are losses.
 * @param open those of the history that have not ended, at least
 */
export function nextPromoted(
  pruner: Pruner,
  history: readonly Trial[],
  open: readonly Trial[] = history,
): Trial | undefined {
  return pausedTrials(open).find(trial => pruner.judge(trial, history) === 'continue');
}

/** Where all trials are paused and none is left to begin, the foremost goes on: a study has a result. */
export function lastHope(history: readonly Trial[]): Trial | undefined {
  return history.some(isComplete) ? undefined : pausedTrials(history)[0];
}
