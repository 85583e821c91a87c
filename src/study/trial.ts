/** What a study knows of one trial. Records, never mutated: `fold` replaces them. */
import type { Config } from '../space/space.ts';

/**
 * A trial that waits was enqueued and has not begun; one that is paused goes on when the pruner promotes it, one that is
 * interrupted when the study does.
 */
export type TrialState = 'waiting' | 'running' | 'paused' | 'interrupted' | 'complete' | 'pruned' | 'failed';

/** The pruner's one word to a running trial, or to a paused one: whether it goes on. */
export type Verdict = 'continue' | 'stop' | 'pause';

/** One intermediate value: the study's metric after a step (an epoch, when training). */
export interface Measurement {
  /** Counts from 1 and grows within a trial. */
  readonly step: number;
  /** The study's metric at this step. */
  readonly value: number;
  /** Whatever else is worth a curve: trainLoss, valAccuracy, seconds. */
  readonly metrics?: Readonly<Record<string, number>>;
}

/**
 * Why a trial ended before its last epoch; "paused": the study ended before the pruner promoted it; "interrupted": the time
 * of the study was over, or its target reached.
 */
export type StopReason = 'early-stopping' | 'pruner' | 'paused' | 'trial-duration' | 'interrupted';

/** Why a trial has no value. */
export interface Failure {
  readonly cause: 'error' | 'nan' | 'timeout' | 'memory' | 'crash' | 'infeasible' | 'interrupted';
  readonly message: string;
  /** Of a crash: what ended the process, such as "SIGSEGV". */
  readonly signal?: string;
}

/** What an executor gives back for one trial. */
export interface TrialResult {
  readonly state: 'complete' | 'pruned' | 'failed';
  /** The study's metric: for training, the validation loss of the best epoch. Absent for failed trials. */
  readonly value?: number;
  /** Of a study with several objectives: all of them in order, `value` first. Complete trials have them. */
  readonly values?: readonly number[];
  readonly stopped?: StopReason;
  readonly failure?: Failure;
  /** Facts for reports: bestEpoch, seconds, parameters, weightsHash, thread. JSON values only. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** What a trial is from its beginning to its end, besides its configuration. */
export interface TrialMarks {
  /** Of the space that its configuration was drawn from, where the study has had several; absent: 1. */
  readonly version?: number;
  /** Number of the trial whose configuration it trains once more, after the search (confirmations.ts). */
  readonly confirms?: number;
  /** Of everything random in it, where that does not follow from its number: one that confirms another has its own. */
  readonly seed?: number;
  /** Whether the configuration that it confirms is one of an earlier study, to compare this one with. */
  readonly rival?: true;
}

/** One trial. `C` is the type of its configuration; InferConfig makes it from a typed space. */
export interface Trial<C = Config> extends Omit<TrialResult, 'state'>, TrialMarks {
  readonly id: number;
  readonly state: TrialState;
  /** Counts from 1; a trial that was interrupted runs again under the same id. 0 while it waits. */
  readonly attempt: number;
  /** Of a trial that waits: what was enqueued, which may be less than a whole configuration. */
  readonly config: C;
  /** The values that it was enqueued with. Absent for trials that the sampler proposed. */
  readonly enqueued?: Config;
  readonly curve: readonly Measurement[];
  /** The step of its last pause that it went on from; a later attempt does not pause there again. */
  readonly promoted?: number;
  /** The process that runs it, where several share the study; absent when it has ended. */
  readonly member?: string;
  /** ISO times. A trial that waits has that of its enqueuing. */
  readonly startedAt: string;
  readonly finishedAt?: string;
}
