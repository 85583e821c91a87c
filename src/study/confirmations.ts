/**
 * A guard against the winner's curse: the best of many values is a lucky one, the more so the noisier they are. Once the
 * search has ended, its best configurations train again, k times each, with fresh seeds. Nothing was chosen by these
 * values: their means say what the configurations are worth, and which is the best.
 * Cawley & Talbot 2010, "On over-fitting in model selection and subsequent selection bias in performance evaluation",
 * https://jmlr.org/papers/v11/cawley10a.html
 */
import { textOf } from '../space/config-text.ts';
import { hasEnded, hasResult } from './count-finished.ts';
import { lossOf } from './losses.ts';
import type { Direction } from './ports.ts';
import type { Study } from './study.ts';
import type { Trial } from './trial.ts';

/** Configurations that train again, at most. */
export const mostConfirmed = 3;

export function isConfirmation({ confirms }: Pick<Trial, 'confirms'>): boolean {
  return confirms !== undefined;
}

/** A study asks for them several times between two changes, and has a new array after each. */
const known = new WeakMap<readonly Trial[], readonly Trial[]>();

/** The trials without those that confirm others; worked out once for each array. */
export function searched(trials: readonly Trial[]): readonly Trial[] {
  const found =
    known.get(trials) ?? (trials.some(isConfirmation) ? trials.filter(each => !isConfirmation(each)) : trials);
  known.set(trials, found);
  return found;
}

export interface Confirmed {
  /** The best trial that the search had with this configuration. */
  readonly trial: Trial;
  /** Those that confirm it, by id. */
  readonly runs: readonly Trial[];
  /** Of those that completed. */
  readonly losses: readonly number[];
}

/** Best mean first; those with as many results as any come before the others. */
export function confirmedOf(trials: readonly Trial[], direction: Direction): readonly Confirmed[] {
  const groups = new Map<string, Trial[]>();
  for (const run of trials.filter(isConfirmation)) {
    const group = groups.get(textOf(run.config));
    if (group) group.push(run);
    else groups.set(textOf(run.config), [run]);
  }
  const confirmed = [...groups.values()].flatMap((runs): Confirmed[] => {
    const trial = trials.find(({ id }) => id === runs.at(-1)!.confirms);
    return trial ? [{ trial, runs, losses: runs.filter(hasResult).map(({ value }) => lossOf(value!, direction)) }] : [];
  });
  return confirmed.toSorted((a, b) => b.losses.length - a.losses.length || meanOf(a.losses) - meanOf(b.losses));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * The trial whose configuration has proved the best.
 * @param top the best one of the search
 * @returns top itself as long as nothing confirms it: a search that went on has found it later
 */
export function confirmedBest<T extends Trial | undefined>(
  trials: readonly Trial[],
  direction: Direction,
  top: T,
): Trial | T {
  const confirmed = top ? confirmedOf(trials, direction) : [];
  const isTried = confirmed.some(({ runs }) => runs.some(hasEnded) && textOf(runs[0]!.config) === textOf(top!.config));
  return (isTried ? confirmed.find(({ losses }) => losses.length > 0)?.trial : undefined) ?? top;
}

/**
 * What is still to be confirmed, and how often.
 * @param ranked trials of the search, from the best on
 * @param count how often each configuration trains again
 */
export function toConfirm(
  trials: readonly Trial[],
  ranked: readonly Trial[],
  count: number,
): readonly { readonly trial: Trial; readonly begun: number; readonly ended: number }[] {
  const byConfig = new Map<string, Trial>();
  for (const trial of ranked) {
    if (byConfig.size === mostConfirmed) break;
    if (!byConfig.has(textOf(trial.config))) byConfig.set(textOf(trial.config), trial);
  }
  return [...byConfig]
    .map(([key, trial]) => {
      const runs = trials.filter(run => isConfirmation(run) && textOf(run.config) === key);
      return { trial, begun: runs.length, ended: runs.filter(hasEnded).length };
    })
    .filter(({ ended }) => ended < count);
}

/** A study after its search: whatever it asks for confirms a trial. */
export function confirming(study: Study): Study {
  return {
    ...study,
    ask: () => study.confirm(),
    promote: () => Promise.resolve(undefined),
    canAsk: () => true,
    prepare: () => undefined,
  };
}
