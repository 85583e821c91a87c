/** What came out of configurations that were tried more than once. */
import { textOf } from '../space/config-text.ts';
import type { Config } from '../space/space.ts';
import { bestTrials } from './best-trial.ts';
import { confirmedBest } from './confirmations.ts';
import { hasEnded, isComplete } from './count-finished.ts';
import { lossOf } from './losses.ts';
import type { Direction } from './ports.ts';
import type { Trial } from './trial.ts';

export interface Results {
  readonly config: Config;
  /** Those that completed, by id. */
  readonly complete: readonly Trial[];
  /** Mean of their losses by the first objective; NaN while none completed. */
  readonly mean: number;
  /** Trials that have not ended. */
  readonly open: number;
}

/** By configuration, in the order in which each was first tried. */
export function resultsOf(trials: readonly Trial[], direction: Direction): readonly Results[] {
  const groups = new Map<string, Trial[]>();
  for (const trial of trials) {
    const group = groups.get(textOf(trial.config));
    if (group) group.push(trial);
    else groups.set(textOf(trial.config), [trial]);
  }
  return [...groups.values()].map(group => {
    const complete = group.filter(isComplete);
    const sum = complete.reduce((sum, { value }) => sum + lossOf(value!, direction), 0);
    return {
      config: group[0]!.config,
      complete,
      mean: sum / complete.length,
      open: group.filter(trial => !hasEnded(trial)).length,
    };
  });
}

/** The configurations that completed, from the best mean on; those with enough results, as far as there are any, come first. */
export function rankResults(trials: readonly Trial[], direction: Direction, repeats: number): readonly Results[] {
  const results = resultsOf(trials, direction).filter(({ complete }) => complete.length > 0);
  const most = results.reduce((count, { complete }) => Math.max(count, complete.length), 0);
  const enough = Math.min(most, repeats + 1);
  const isUnsure = ({ complete }: Results): number => (complete.length < enough ? 1 : 0);
  return results.toSorted((a, b) => isUnsure(a) - isUnsure(b) || a.mean - b.mean);
}

/** The complete trials of the search, from the best one of the best configuration on; the one that confirmations prefer first. */
export function rankTrials(
  trials: readonly Trial[],
  directions: readonly Direction[],
  repeats: number,
): readonly Trial[] {
  const ranked = rankSearched(trials, directions, repeats);
  const best = confirmedBest(trials, directions[0]!, ranked[0]);
  return best ? [best, ...ranked.filter(trial => trial !== best)] : ranked;
}

/** The same by the search alone. */
export function rankSearched(
  trials: readonly Trial[],
  directions: readonly Direction[],
  repeats: number,
): readonly Trial[] {
  if (repeats === 0) return bestTrials(trials, directions, trials.length);
  return rankResults(trials, directions[0]!, repeats).flatMap(({ complete }) => {
    return bestTrials(complete, directions, complete.length);
  });
}
