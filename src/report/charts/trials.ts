/** Trials as charts see them: those of the search, and how the best value came down. */
import { lossOf } from '../../study/losses.ts';
import type { Direction } from '../../study/ports.ts';
import type { Report, ReportedTrial } from '../report.ts';

export type ValuedTrial = ReportedTrial & { readonly value: number };

/** All but those that trained a configuration of the search once more. */
export function searchTrials({ trials }: Pick<Report, 'trials'>): readonly ReportedTrial[] {
  return trials.filter(({ confirms }) => confirms === undefined);
}

/** Complete trials of the search that have a number for a value. */
export function valuedTrials(report: Pick<Report, 'trials'>): readonly ValuedTrial[] {
  return searchTrials(report).filter(
    (trial): trial is ValuedTrial => trial.state === 'complete' && Number.isFinite(trial.value),
  );
}

export function isBetter(a: number, b: number, goal: Direction): boolean {
  return lossOf(a, goal) < lossOf(b, goal);
}

/** Those that were better than all before them, in the order given. */
export function improvements<T extends { readonly value: number }>(
  trials: readonly T[],
  goal: Direction,
): readonly T[] {
  const found: T[] = [];
  for (const trial of trials)
    if (found.length === 0 || isBetter(trial.value, found.at(-1)!.value, goal)) found.push(trial);
  return found;
}

/** The best of them, the earliest of equals. */
export function bestOf<T extends { readonly value: number }>(trials: readonly T[], goal: Direction): T | undefined {
  return improvements(trials, goal).at(-1);
}
