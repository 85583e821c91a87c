/**
 * A guard against the winner's curse: the best of many values is a lucky one, the more so the noisier they are. Once the
 * search has ended, its best configurations train again, k times each, with fresh seeds. Nothing was chosen by these
 * values: their means say what the configurations are worth, and which is the best. The n-th training of each has the same
 * seed, in every study of the same seed: that makes pairs, of which the differences are less noisy than the values.
 *
 * Rivals are configurations of earlier studies, such as the best one of last night. They train again beside the best ones.
 * Cawley & Talbot 2010, "On over-fitting in model selection and subsequent selection bias in performance evaluation",
 * https://jmlr.org/papers/v11/cawley10a.html
 */
import { textOf } from '../space/config-text.ts';
import type { Config } from '../space/space.ts';
import { hasEnded, hasResult, isComplete } from './count-finished.ts';
import { lossOf } from './losses.ts';
import type { Direction } from './ports.ts';
import { createRng, trialSeed } from './rng.ts';
import type { Study } from './study.ts';
import type { Trial } from './trial.ts';
import { meanOf } from '../stats/mean.ts';

/** How many of the best configurations train again, where nobody says otherwise. */
export const mostConfirmed = 3;

/** Seed of the n-th trial that confirms a configuration, whichever that is: from 1 to 2^31 - 1. */
export function confirmationSeed(studySeed: number, n: number): number {
  return 1 + createRng(studySeed, 'confirmation', n).int(2 ** 31 - 1);
}

/** Seed of everything random in a trial. Journals of earlier versions say none for trials that confirm others. */
export function seedOf(studySeed: number, { id, seed }: Pick<Trial, 'id' | 'seed'>): number {
  return seed ?? trialSeed(studySeed, id);
}

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
  readonly isRival: boolean;
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
    const losses = runs.filter(hasResult).map(({ value }) => lossOf(value!, direction));
    return trial ? [{ trial, runs, losses, isRival: runs.some(({ rival }) => rival) }] : [];
  });
  return confirmed.toSorted((a, b) => b.losses.length - a.losses.length || meanOf(a.losses) - meanOf(b.losses));
}

/**
 * The trial whose configuration has proved the best. A rival of an earlier study may be it: what is new was chosen by a lucky
 * value, and takes its place only if fresh trainings agree.
 * @param top the best one of the search
 * @returns top itself as long as nothing confirms it: a search that went on has found it later
 */
export function confirmedBest<T extends Trial | undefined>(
  trials: readonly Trial[],
  direction: Direction,
  top: T,
): Trial | T {
  const confirmed = top ? confirmedOf(trials, direction) : [];
  const isTop = ({ runs }: Confirmed): boolean => textOf(runs[0]!.config) === textOf(top!.config);
  if (!confirmed.some(each => isTop(each) && each.runs.some(hasEnded))) return top;
  return confirmed.find(({ losses, trial }) => losses.length > 0 && isComplete(trial))?.trial ?? top;
}

export interface Confirming {
  /** How often each configuration trains again. */
  readonly count: number;
  /** How many of the best ones do. */
  readonly candidates: number;
  /** Configurations that do beside them, once a trial of the search has ended with them, however it did. */
  readonly rivals: readonly Config[];
}

/** A configuration that is still to be confirmed. */
export interface Unconfirmed {
  readonly trial: Trial;
  readonly begun: number;
  readonly ended: number;
  readonly isRival: boolean;
}

/** @param ranked trials of the search, from the best on */
export function toConfirm(
  trials: readonly Trial[],
  ranked: readonly Trial[],
  { count, candidates, rivals }: Confirming,
): readonly Unconfirmed[] {
  const byConfig = new Map<string, Trial>();
  for (const trial of ranked) {
    if (byConfig.size === candidates) break;
    if (!byConfig.has(textOf(trial.config))) byConfig.set(textOf(trial.config), trial);
  }
  const named = new Set(byConfig.size > 0 ? rivals.map(textOf) : []);
  for (const trial of named.size > 0 ? searched(trials) : []) {
    const key = textOf(trial.config);
    if (named.has(key) && !byConfig.has(key) && hasEnded(trial)) byConfig.set(key, trial);
  }
  return [...byConfig]
    .map(([key, trial]) => {
      const runs = trials.filter(run => isConfirmation(run) && textOf(run.config) === key);
      return { trial, begun: runs.length, ended: runs.filter(hasEnded).length, isRival: named.has(key) };
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
