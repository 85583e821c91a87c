/** What the coordinator and a trainer host tell each other over the host's IPC channel. */
import type { ExportedModel, ExportJob } from '../train/export-model.ts';
import type { TrainingSetup } from '../train/trainer.ts';
import type { Dataset } from '../train/data/dataset.ts';
import type { Outcome, TrialJob } from '../study/ports.ts';
import type { Measurement, Verdict } from '../study/trial.ts';
import type { ErrorCode, Problem } from '../errors.ts';

/** What the threads of a host train: the sections of a space file, or a user's module. */
export type HostSetup = {
  /** Run training steps op by op instead of as graphs. */
  readonly eager?: boolean;
} & (
  | { readonly kind: 'training'; readonly setup: TrainingSetup; readonly dataset?: Dataset }
  | { readonly kind: 'custom'; readonly module: string }
);

/** Seconds between two signs of life of a host. */
export const beatSeconds = 0.25;

export type ToHost =
  | { readonly type: 'setup'; readonly setup: HostSetup; readonly threads: number }
  | { readonly type: 'run'; readonly job: TrialJob }
  | { readonly type: 'verdict'; readonly trial: number; readonly verdict: Verdict }
  /** The trial has to end where it is. */
  | { readonly type: 'interrupt'; readonly trial: number }
  | { readonly type: 'export'; readonly job: ExportJob };

/** An error with everything a TuneError needs, since classes do not survive the channel. */
export interface SentError {
  readonly message: string;
  readonly code?: ErrorCode;
  readonly problems?: readonly Problem[];
}

export type FromHost =
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly error: SentError }
  | { readonly type: 'measured'; readonly trial: number; readonly measurement: Measurement }
  | {
      /** It has ended, or paused. */
      readonly type: 'finished';
      readonly trial: number;
      readonly result: Outcome;
      /** Memory of the host, in megabytes. */
      readonly rss: number;
    }
  | {
      /** Every `beatSeconds` once it is ready, from a thread that computes nothing. */
      readonly type: 'alive';
      /** Memory of the host, in megabytes. */
      readonly rss: number;
      /** Trials that have taken a step since the last beat, as far as they tell. */
      readonly active: readonly number[];
    }
  | { readonly type: 'exported'; readonly model: ExportedModel }
  | { readonly type: 'export-failed'; readonly error: SentError };
