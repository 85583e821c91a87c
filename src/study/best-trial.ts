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
