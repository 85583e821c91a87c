/** How much of a study's budget its finished trials have spent. */
import { countFinished, hasEnded } from './count-finished.ts';
import type { Trial } from './trial.ts';

interface Limits {
  /** Finished trials. */
  readonly trials: number;
  /** Gradients that they took, counted in examples. */
  readonly gradientEvaluations?: number;
}

/**
 * What there is no more of; undefined while more trials may start.
 * @param finished how many of the trials of the search have ended
 */
export function spent(
  trials: readonly Trial[],
  limits: Limits,
  finished = countFinished(trials),
): 'trials' | 'gradient-evaluations' | undefined {
  if (finished >= limits.trials) return 'trials';
  const { gradientEvaluations } = limits;
  if (gradientEvaluations === undefined) return undefined;
  return countGradients(trials) >= gradientEvaluations ? 'gradient-evaluations' : undefined;
}

function countGradients(trials: readonly Trial[]): number {
  return trials.reduce((sum, trial) => {
    const own = trial.attributes?.['gradientEvaluations'];
    return hasEnded(trial) && trial.confirms === undefined && typeof own === 'number' ? sum + own : sum;
  }, 0);
}
