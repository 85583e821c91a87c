/** Which trial won. */
import { lossOf } from './losses.ts';
import type { Direction } from './ports.ts';
import type { Trial } from './trial.ts';

/** The complete trial with the best value, the earliest of equals; undefined when none completed. */
export function bestTrial(trials: readonly Trial[], direction: Direction): Trial | undefined {
  let best: Trial | undefined;
  for (const trial of trials) {
    if (trial.state !== 'complete' || trial.value === undefined) continue;
    if (best?.value === undefined || lossOf(trial.value, direction) < lossOf(best.value, direction)) best = trial;
  }
  return best;
}

/** The complete trials from the best on, the earlier of equals first. */
export function bestTrials(trials: readonly Trial[], direction: Direction, count: number): Trial[] {
  return trials
    .filter(({ state, value }) => state === 'complete' && value !== undefined)
    .toSorted((a, b) => lossOf(a.value!, direction) - lossOf(b.value!, direction))
    .slice(0, count);
}
