/** The four seams of a study. Each has its implementations in a folder of its own. */
import type { Config, Space } from '../space/space.ts';
import type { StudyEvent } from './events.ts';
import type { StudyState } from './fold.ts';
import type { Rng } from './rng.ts';
import type { Measurement, Trial, TrialResult, Verdict } from './trial.ts';

export type Direction = 'minimize' | 'maximize';

export interface SuggestContext {
  readonly space: Space;
  /** All earlier trials, running ones too. Values are losses: a study that maximizes hands over negated values. */
  readonly history: readonly Trial[];
  /** Number of the trial asked for. */
  readonly trial: number;
  /** Finished trials that the budget allows; unknown without one. */
  readonly planned?: number;
  /** The study's seed, for what must be the same in every trial (a scrambled sequence). */
  readonly seed: number;
  /** Randomness of this trial alone: a function of (study seed, trial). */
  readonly rng: Rng;
}

/** Proposes configurations (`src/samplers`). Pure: same context, same answer. */
export interface Sampler {
  /** The next configuration; undefined when the space is exhausted. */
  suggest(context: SuggestContext): Config | undefined;
}

/**
 * Stops trials that will not win, or pauses them (`src/pruners`). Pure; asked after every measurement, and again about
 * paused trials whenever another one could run: one goes on when the answer is "continue". Values are losses.
 */
export interface Pruner {
  judge(trial: Trial, history: readonly Trial[]): Verdict;
}

/** Keeps the events of one study (`src/storage`). */
export interface Storage {
  /** Every event so far, in order. */
  read(): Promise<readonly StudyEvent[]>;
  /** What they come to: their fold. */
  state(): Promise<StudyState>;
  /** Resolves when the event would survive the end of the process. */
  append(event: StudyEvent): Promise<void>;
  /** The same for several at once, all or none of them, where that takes no longer than one. */
  appendAll?(events: readonly StudyEvent[]): Promise<void>;
  close(): Promise<void>;
  /** Of a study that several processes have open at once. */
  readonly shared?: SharedStorage;
}

/** Nobody decides anything without knowing what the others have decided. */
export interface SharedStorage {
  /** Names this process in the record of what it runs. */
  readonly member: string;
  /** Names of the processes that live. */
  members(): Promise<ReadonlySet<string>>;
  /** Does the task while no other process does one, after it has told what they have stored. */
  inTurn<T>(learn: (event: StudyEvent) => void, task: () => Promise<T>): Promise<T>;
}

/** What an executor needs to run one trial: small enough to send for every trial. */
export interface TrialJob {
  readonly trial: number;
  readonly attempt: number;
  /** Whether what ran it died, and may have died of it. */
  readonly isSuspect?: boolean;
  /** Seed of everything random in this trial. */
  readonly seed: number;
  readonly config: Config;
  /** Other trials that may go on after a pause, the most promising first: what memory is for. Absent when there are none. */
  readonly others?: readonly number[];
}

/** What comes of running a trial that is told to pause. */
export type Outcome = TrialResult | 'paused';

/**
 * Told of every measurement; answers whether to go on.
 * @param bytes of memory that the trial would hold if it paused here; 0: it ends here, and need not pause
 */
export type Observer = (measurement: Measurement, bytes?: number) => Verdict | Promise<Verdict>;

/** Runs trials (`src/executors`). Failing trials are results, not rejections. */
export interface Executor {
  /** How many trials may run at once. */
  readonly slots: number;
  /**
   * Runs a trial to its end, or until it pauses. One that has paused goes on from there where its state is still in memory,
   * else from its start, or from an earlier pause: it then reports again what it has reported.
   *
   * @param signal asks the trial to end at once, between two steps. Unless it has come to its end by then, it fails with
   *   cause "interrupted", and goes on where it was when it runs again in a later study, if what runs it can do that.
   */
  run(job: TrialJob, observe: Observer, signal?: AbortSignal): Promise<Outcome>;
  close(): Promise<void>;
}
