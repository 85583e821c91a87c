/** What `tune` can be told, and what it tells. */
import type { CompareOptions } from '../report/compare/comparison.ts';
import type { Report } from '../report/report.ts';
import type { Budget } from '../space/space-file.ts';
import type { Config } from '../space/space.ts';
import type { StudyEvent } from '../study/events.ts';
import type { StopCause } from '../study/loop.ts';
import type { Direction } from '../study/ports.ts';
import type { Trial } from '../study/trial.ts';
import type { TrainerFunction } from '../train/custom-trainer.ts';
import type { Dataset } from '../train/data/dataset.ts';

export interface MetricOption {
  readonly name: string;
  /** Default: maximize for accuracies, else minimize. */
  readonly goal?: Direction;
}

export interface TuneOptions<C = Config> {
  /** Name of the study and of its folder. Default: the file's. */
  readonly name?: string;
  /** Whether small or large values of the metric, of several the first, are good. Default: the file's. */
  readonly direction?: Direction;
  /** What makes a trial good; several where an objective returns a list. As in a file. Default: the file's. */
  readonly metric?: MetricOption | readonly MetricOption[];
  /** Trials of the study, those of earlier runs included; 1 or more. Default: the file's budget, 20. */
  readonly trials?: number;
  /** Seconds after which no trial starts and running ones end with their epoch. Default: the file's, else no limit. */
  readonly duration?: number;
  /** Seconds one trial may take. Default: the file's, else no limit. */
  readonly trialDuration?: number;
  /** End the study when more trials promise less than the noise of the metric. Default: the file's, false. */
  readonly converged?: boolean;
  /** Gradients, counted in examples, after which no trial starts. Default: the file's, else no limit. */
  readonly gradientEvaluations?: number;
  /** Trials that train at once. Default: one for each core. */
  readonly slots?: number;
  /** Megabytes that training may take; trials that take more fail. Default: four fifths of the memory, at least 1024. */
  readonly memoryLimit?: number;
  /** A whole number from 0. Default: the file's, 1. */
  readonly seed?: number;
  /** "auto", "tpe", "random" and others of FEATURES.md. Default: the file's, "auto". */
  readonly sampler?: string;
  /** "auto", "asha", "none" and so on. Default: the file's, "auto". */
  readonly pruner?: string;
  /**
   * Same seed, same trials, on any number of slots: trial n follows from the results of trials up to n - W, where W is this
   * number, 4 for `true`. At most W run at once, and a slow one holds up others. Default: the file's, false.
   */
  readonly deterministic?: number | boolean;
  /** How often the best configurations are tried again; the best is then that with the best mean. Default: the file's, 0. */
  readonly repeats?: number;
  /**
   * After the search the best configurations, up to three, train again, so often each and with fresh seeds; the best is then
   * that with the best mean of these values. Takes its time on top of the budget. Default: the file's, 0.
   */
  readonly confirm?: number;
  /** How many of the best configurations train again. Default: 3. */
  readonly candidates?: number;
  /**
   * Whole configurations of earlier studies to compare with, such as the best one of last night: tried right after the
   * defaults, where the space allows them, spared by the pruner, and trained again beside the best whatever they come to.
   */
  readonly rivals?: readonly Config[];
  /** How the report compares with that of the run before. */
  readonly compare?: CompareOptions;
  /** Configurations to try after the defaults and those of the file; the sampler chooses what they leave out. */
  readonly enqueue?: readonly Partial<C>[];
  /** Folders or journals of earlier studies, besides the file's: their best configurations are tried after the defaults. */
  readonly warmStart?: readonly string[];
  /** Train op by op instead of in graphs: the same results, several times slower. Default: false. */
  readonly eager?: boolean;
  /** Folder for studies and their reports. Default "reports". */
  readonly reports?: string;
  /** Start the study over; the earlier journal is kept under another name. Default: go on with it. */
  readonly fresh?: boolean;
  /**
   * Share the study with other processes that join it, on this machine: they work on the same trials until the budget is
   * spent, and take up what one that dies leaves. Default: this process has the study alone.
   */
  readonly join?: boolean;
  /**
   * Address of a PostgreSQL database, postgres://user@host/name, that keeps the study; workers on any machine train its trials
   * (`tune worker`), and other processes may run the same study. An objective in code runs in this process all the same.
   * Default: a journal in the folder for reports, and this machine.
   */
  readonly storage?: string;
  /** With `storage`, where weights, backups and data are for all machines: a folder that they share, or s3://bucket/prefix. */
  readonly artifacts?: string;
  /** Replaces training: called for every configuration, in this process. */
  readonly objective?: TrainerFunction<C>;
  /** A data set from code (datasetFromArrays) in place of one that the file names. */
  readonly dataset?: Dataset;
  /** Ends the study and its running trials within a few steps, with everything saved. */
  readonly signal?: AbortSignal;
  /** Told of everything that happens. */
  readonly observe?: (event: TuneEvent) => void;
  /** Receives what trainers print. Default: nothing. */
  readonly log?: (line: string) => void;
}

export type TuneEvent =
  | StudyEvent
  | {
      readonly type: 'study-opened';
      readonly name: string;
      readonly slots: number;
      readonly budget: Budget;
      /** Trials of earlier runs. */
      readonly trials: readonly Trial[];
      readonly direction: Direction;
    }
  | {
      /** What goes on before, between and after the trials. */
      readonly type: 'phase';
      readonly text: string;
    }
  | {
      /** Something to know about the study. */
      readonly type: 'notice';
      readonly text: string;
    };

export interface TuneResult<C = Config> {
  readonly study: string;
  /** Why the study ended. */
  readonly stopped: StopCause;
  /** The complete trial with the best value; absent when none completed. */
  readonly best?: Trial<C>;
  /** Of several metrics, the Pareto front: complete trials that no other one beats in one metric without being worse in another. */
  readonly front?: readonly Trial<C>[];
  readonly trials: readonly Trial<C>[];
  readonly report: Report;
  /** What was damaged in the journal and mended when it was opened, for people; absent where nothing was. */
  readonly repaired?: readonly string[];
  /** Paths of what was written; `model` is the folder of the exported model. */
  readonly files: {
    /** Absent for a study in a database. */
    readonly journal?: string;
    /** Its address, without a password. */
    readonly database?: string;
    readonly html: string;
    readonly markdown: string;
    readonly json: string;
    readonly model?: string;
  };
}
