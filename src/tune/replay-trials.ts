/**
 * Runs trials of a study once more, from their configurations and the seed alone, and compares all that comes out bit by
 * bit: what the record says is then known to be true. Nothing of the study changes.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TuneError } from '../errors.ts';
import { readState } from '../storage/journal.ts';
import { bestTrial } from '../study/best-trial.ts';
import type { Executor } from '../study/ports.ts';
import { refuseChanges } from '../study/refuse-changes.ts';
import { seedOf } from '../study/confirmations.ts';
import { createRng } from '../study/rng.ts';
import { differencesOf, type Difference } from '../study/trial-differences.ts';
import type { Measurement, Trial } from '../study/trial.ts';
import { refuseLinks } from './make-folder.ts';
import type { TuneOptions } from './options.ts';
import { recordedSections } from './study-facts.ts';
import { readTarget } from './target.ts';
import { planWork } from './work.ts';
import { journalName } from './study-place.ts';

export interface ReplayOptions extends Pick<TuneOptions, 'reports' | 'slots' | 'eager' | 'log' | 'signal'> {
  /** Name of the study. Default: the file's. */
  readonly name?: string | undefined;
  /** Numbers of trials. Default: that of the best one, unless there is a sample. */
  readonly trials?: readonly number[] | undefined;
  /** So many more, drawn at random of all that trained. Default 0. */
  readonly sample?: number;
  /** What the sample is drawn by. Default: the seed of the study. */
  readonly seed?: number;
  /** Told of phases ("reading the data") and of each trial that has run again. */
  readonly observe?: (event: ReplayEvent) => void;
}

export type ReplayEvent =
  { readonly type: 'phase'; readonly text: string } | { readonly type: 'replayed'; readonly replayed: ReplayedTrial };

export interface ReplayedTrial {
  readonly trial: number;
  /** Steps that were compared. */
  readonly steps: number;
  /** None: each number and the weights are the same, to the bit. */
  readonly differences: readonly Difference[];
}

/**
 * @param path of the space file
 * @returns what was compared, by number; less than was asked for when it was interrupted
 * @throws TuneError for anything wrong with the file or the data; STUDY_UNKNOWN, STUDY_CHANGED, TRIAL_UNKNOWN
 */
export async function replay(path: string, options: ReplayOptions = {}): Promise<readonly ReplayedTrial[]> {
  const { reports = 'reports', name, slots = 1, eager, log, observe, signal } = options;
  const given = await readTarget(path, name === undefined ? {} : { name });
  const folder = join(reports, given.name);
  if (existsSync(folder)) await refuseLinks(folder);
  const { study, trials } = await readState(join(folder, journalName));
  if (!study) throw new TuneError('STUDY_UNKNOWN', `Optuna began "${given.name}", and does not say what trained`);
  const left = [...chosenOf(trials, options, study.seed, bestTrial(trials, study.directions ?? study.direction))];

  const checkpoints = await mkdtemp(join(tmpdir(), 'tune-replay-'));
  try {
    // Slower machines have as many epochs.
    const { trialDuration: _, ...budget } = given.budget;
    const work = await planWork(
      { ...given, seed: study.seed, budget },
      checkpoints,
      { ...(eager && { eager }), ...(log && { log }) },
      event => event.type === 'phase' && observe?.(event),
    );
    refuseChanges(study, { ...study, space: work.file.space, sections: recordedSections(work.file) });
    const executor = await work.start(slots);
    const replayed: ReplayedTrial[] = [];
    const inTurn = async (): Promise<void> => {
      for (let trial = left.shift(); trial; trial = left.shift()) {
        const found = await runAgain(trial, study.seed, executor, signal);
        if (signal?.aborted) return;
        replayed.push(found);
        observe?.({ type: 'replayed', replayed: found });
      }
    };
    try {
      await Promise.all(Array.from({ length: slots }, inTurn));
    } finally {
      await executor.close();
    }
    return replayed.toSorted((a, b) => a.trial - b.trial);
  } finally {
    await rm(checkpoints, { recursive: true, force: true });
  }
}

/** @throws TuneError TRIAL_UNKNOWN */
function chosenOf(
  trials: readonly Trial[],
  { trials: ids, sample = 0, seed }: ReplayOptions,
  studySeed: number,
  best: Trial | undefined,
): readonly Trial[] {
  const trained = trials.filter(({ state, curve }) => (state === 'complete' || state === 'pruned') && curve.length > 0);
  const wanted = ids ?? (sample === 0 && best ? [best.id] : []);
  const problems = wanted
    .filter(id => !trained.some(trial => trial.id === id))
    .map(id => ({
      message: trials[id] ? `trial ${id} is ${trials[id].state}` : `there is no trial ${id}`,
      expected: 'one that trained, to its end or until it was pruned',
    }));
  if (problems.length > 0) throw new TuneError('TRIAL_UNKNOWN', problems);
  if (trained.length === 0) throw new TuneError('TRIAL_UNKNOWN', 'no trial of the study has trained yet');
  const named = trained.filter(({ id }) => wanted.includes(id));
  const others = trained.filter(({ id }) => !wanted.includes(id));
  const order = createRng(seed ?? studySeed, 'replay').shuffle(Int32Array.from(others.keys()));
  return [...named, ...Array.from(order.slice(0, sample), at => others[at]!)];
}

async function runAgain(
  trial: Trial,
  seed: number,
  executor: Executor,
  signal: AbortSignal | undefined,
): Promise<ReplayedTrial> {
  const { id, attempt, config, curve: recorded, stopped } = trial;
  const last = recorded.at(-1)!.step;
  const wasEnded = stopped !== undefined && stopped !== 'early-stopping';
  const curve: Measurement[] = [];
  const job = { trial: id, attempt, seed: seedOf(seed, trial), config };
  const result = await executor.run(
    job,
    measurement => {
      curve.push(measurement);
      // What a pruner or the clock said depended on other trials, or on the day.
      return wasEnded && measurement.step >= last ? 'stop' : 'continue';
    },
    signal,
  );
  const outcome = result === 'paused' ? {} : result;
  return { trial: id, steps: recorded.length, differences: differencesOf(trial, { ...outcome, curve }) };
}
