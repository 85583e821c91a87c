/** Everything that happens to a study; its state is fold(events). */
import type { Direction } from './ports.ts';
import type { Config, Json, Space } from '../space/space.ts';
import type { Measurement, TrialResult } from './trial.ts';

/** What is tuned. A study that goes on with another space says it once more, with the next version. */
export interface StudyCreated {
  readonly type: 'study-created';
  readonly study: string;
  /** Of the first objective. */
  readonly direction: Direction;
  /** Of all objectives, where there are several. */
  readonly directions?: readonly Direction[];
  readonly seed: number;
  readonly space: Space;
  /** Of the space; absent: 1. */
  readonly version?: number;
  /** What else decides whether results compare: the metric, and the sections of the space file that train. */
  readonly sections?: Readonly<Record<string, Json>>;
  /** Path of the space file, from the folder of the study. Says where to find it, and nothing of the results. */
  readonly file?: string;
  /** Trials that run at once in a study whose decisions do not depend on which of them end first. */
  readonly deterministic?: number;
  readonly at: string;
}

/** Someone wants to know about a configuration: the trial waits until it is asked for. */
export interface TrialEnqueued {
  readonly type: 'trial-enqueued';
  readonly trial: number;
  /** Values of some parameters; the sampler chooses the others when the trial starts. */
  readonly config: Config;
  /** Facts about it: where it comes from. */
  readonly attributes?: TrialResult['attributes'];
  readonly at: string;
}

export interface TrialStarted {
  readonly type: 'trial-started';
  readonly trial: number;
  readonly attempt: number;
  readonly config: Config;
  /**
   * Trials before it that had ended, and yet were running for the sampler: it had proposed the configuration ahead. With
   * all trials that had not ended they make the history that the configuration follows from.
   */
  readonly unseen?: readonly number[];
  /** Of the space that the configuration was drawn from; absent: 1. */
  readonly version?: number;
  /** Number of the trial whose configuration it trains once more, after the search. */
  readonly confirms?: number;
  /** Of everything random in it, where that does not follow from its number. */
  readonly seed?: number;
  /** Whether it trains a configuration of an earlier study once more, for this one to be compared with. */
  readonly rival?: true;
  /** The process that runs it, where several share the study. */
  readonly member?: string;
  readonly at: string;
}

export interface TrialMeasured {
  readonly type: 'trial-measured';
  readonly trial: number;
  readonly measurement: Measurement;
}

export interface TrialFinished {
  readonly type: 'trial-finished';
  readonly trial: number;
  readonly result: TrialResult;
  readonly at: string;
}

/** It gives way to others, where its last measurement was taken. */
export interface TrialPaused {
  readonly type: 'trial-paused';
  readonly trial: number;
}

/** A trial has got more values after its beginning: Optuna stores them one by one. */
export interface TrialConfigured {
  readonly type: 'trial-configured';
  readonly trial: number;
  readonly config: Config;
}

/** A paused trial goes on. */
export interface TrialPromoted {
  readonly type: 'trial-promoted';
  readonly trial: number;
  /** The process that runs it now, where several share the study. */
  readonly member?: string;
}

/** A running trial had to end with its process; it goes on with the study, as a further attempt. */
export interface TrialInterrupted {
  readonly type: 'trial-interrupted';
  readonly trial: number;
}

export type StudyEvent =
  | StudyCreated
  | TrialEnqueued
  | TrialStarted
  | TrialConfigured
  | TrialMeasured
  | TrialPaused
  | TrialPromoted
  | TrialInterrupted
  | TrialFinished;
