/**
 * When a study has found what it can find: the improvement that the next trials promise is below the noise of one
 * measurement, so that it could not even be told from luck. After Makarova et al. 2022, "Automatic termination for
 * hyperparameter optimization", https://arxiv.org/abs/2104.08166, who compare a bound of the regret with the noise of
 * cross-validation. Looked at from time to time, each time from the finished trials up to there: what is once found stays.
 */
import { isUnordered } from '../space/scale.ts';
import type { Space } from '../space/space.ts';
import { trialOfLosses } from '../study/losses.ts';
import { searched } from '../study/confirmations.ts';
import type { Direction } from '../study/ports.ts';
import { isWithin } from '../study/space-versions.ts';
import type { Trial } from '../study/trial.ts';
import { comingGain } from './coming-gain.ts';
import { examplesOf, type Example } from './gp-examples.ts';
import { noiseOfCurves, noiseOfRepeats } from './noise.ts';

export interface Convergence {
  /** Whether both gains are below the noise, for the second time in a row. */
  readonly isReached: boolean;
  /** Finished trials that say so. */
  readonly trials: number;
  /** Expected improvement of the best loss by the coming trials. */
  readonly gain: number;
  /** What as many of the last trials have brought. */
  readonly lastGain: number;
  readonly coming: number;
  /** "process": by a Gaussian process; "records": by the distances between the best losses. */
  readonly gainFrom: 'process' | 'records';
  /** Standard deviation of one measurement. */
  readonly noise: number;
  /** "repeats" of configurations, what the Gaussian "process" leaves unexplained, or the wiggle of learning "curves". */
  readonly noiseFrom: 'repeats' | 'process' | 'curves';
}

const coming = 10;
/** Gaussian processes know little of spaces with more parameters, or with more unordered ones than others. */
const mostParameters = 30;
/** Trials from one look to the next, and the share of the trials that it is at least. */
const [period, share] = [5, 0.1];

/**
 * The first look at which both gains were below the noise again, else the last look; undefined before the first one. A function of
 * the trials alone, but what it saw is remembered: ask the same one again.
 */
export function createConvergence(
  space: Space,
  direction: Direction,
): (trials: readonly Trial[]) => Convergence | undefined {
  const seen = new WeakMap<Trial, Look | undefined>();
  const losses = new WeakMap<Trial, Trial>();
  const asLoss = (trial: Trial): Trial => {
    const known = losses.get(trial) ?? trialOfLosses(trial, direction);
    losses.set(trial, known);
    return known;
  };
  return trials => {
    // A space that changed while the study went on may not have them all.
    const own = searched(trials).filter(({ config }) => isWithin(space, config));
    const examples = byEnd(examplesOf(space, own.map(asLoss)));
    let last: Convergence | undefined;
    for (const count of looks(space, examples.length)) {
      const key = examples[count - 1]!.trial;
      if (!seen.has(key)) seen.set(key, look(space, examples.slice(0, count)));
      const found = seen.get(key);
      last = found && { ...found, isReached: isBelow(found) && last !== undefined && isBelow(last) };
      if (last?.isReached) return last;
    }
    return last;
  };
}

/** A single look, at the end; undefined where there are too few trials. Whether it was so before, it cannot say. */
export function convergenceNow(space: Space, direction: Direction, trials: readonly Trial[]): Convergence | undefined {
  const own = searched(trials).filter(({ config }) => isWithin(space, config));
  const losses = own.map(trial => trialOfLosses(trial, direction));
  const examples = byEnd(examplesOf(space, losses));
  const found = examples.length < firstLook(space) ? undefined : look(space, examples);
  return found && { ...found, isReached: false };
}

type Look = Omit<Convergence, 'isReached'>;

function isBelow({ gain, lastGain, noise }: Look): boolean {
  return Math.max(gain, lastGain) < noise;
}

/** In the order in which they ended, so that earlier looks stay what they were. */
function byEnd(examples: readonly Example[]): readonly Example[] {
  const complete = examples.filter(({ trial }) => trial.state === 'complete');
  return complete.toSorted((a, b) => {
    const [first, second] = [a, b].map(({ trial }) => trial.finishedAt ?? '') as [string, string];
    return first < second ? -1 : first > second ? 1 : a.trial.id - b.trial.id;
  });
}

function firstLook({ params }: Space): number {
  return Math.max(20, 2 * params.length + 10);
}

function* looks(space: Space, most: number): Generator<number> {
  let count = firstLook(space);
  for (; count <= most; count += Math.max(period, Math.floor(share * count))) yield count;
}

function look(space: Space, examples: readonly Example[]): Look | undefined {
  const unordered = space.params.filter(isUnordered).length;
  const isFit = space.params.length <= mostParameters && unordered <= space.params.length / 2;
  const outlook = isFit ? comingGain(space, examples, coming) : undefined;
  const repeats = noiseOfRepeats(examples);
  const noise = repeats ?? outlook?.noise ?? noiseOfCurves(examples);
  if (noise === undefined) return undefined;
  const gain = outlook?.gain ?? gainOfRecords(examples.map(({ loss }) => loss));
  const lastGain = lowestOf(examples.slice(0, -coming)) - lowestOf(examples);
  return {
    trials: examples.length,
    gain,
    lastGain,
    coming,
    gainFrom: outlook ? 'process' : 'records',
    noise,
    noiseFrom: repeats !== undefined ? 'repeats' : outlook ? 'process' : 'curves',
  };
}

function lowestOf(examples: readonly Example[]): number {
  return Math.min(...examples.map(({ loss }) => loss));
}

/** Best losses between which distances are measured. */
const records = 5;

/**
 * Were the order of trials by chance, each of n would be the best with probability 1 / n, and would then have improved on
 * the others by the distance to the second best: here by the mean distance between the best ones, which varies less. The
 * newer half of the trials alone, since samplers learn.
 */
export function gainOfRecords(losses: readonly number[]): number {
  const best = losses.slice(-Math.max(2 * records, Math.ceil(losses.length / 2))).toSorted((a, b) => a - b);
  const distance = (best[records]! - best[0]!) / records;
  return (coming * distance) / best.length;
}
