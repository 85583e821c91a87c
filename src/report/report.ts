/** What a report says, as plain data: `summarize` makes it, `markdown` and `json` show it. Additive changes only. */
import type { Convergence } from '../samplers/convergence.ts';
import type { HypergradientMode } from '../space/gradient-params.ts';
import type { Config, Json, Space } from '../space/space.ts';
import type { Budget, Metric } from '../space/space-file.ts';
import type { MeanInterval } from '../stats/intervals.ts';
import type { StopCause } from '../study/loop.ts';
import type { Direction } from '../study/ports.ts';
import type { Failure, Measurement, StopReason, Trial, TrialState } from '../study/trial.ts';
import type { CurveClass } from '../train/curve-class.ts';
import type { ExportedModel } from '../train/export-model.ts';
import type { Learned } from '../train/hypergradient/tuning.ts';
import type { AdvisedFile, Advice } from './advice/advice.ts';
import type { CompareOptions, Comparison, Outcome } from './compare/comparison.ts';
import type { Importance } from './importance/importance.ts';
import type { Pruning } from './pruning.ts';

/** Why a run ended; "running" where it has not. */
export type RunEnd = StopCause | 'running';

/** Everything a report is made from. */
export interface ReportInput {
  /** The study's name. */
  readonly study: string;
  readonly direction: Direction;
  /** Name of the study's metric. */
  readonly metric: string;
  /** All objectives, where there are several; the first is the metric. */
  readonly metrics?: readonly Metric[];
  readonly space: Space;
  /** What its results depend on beside the space: model, training, data. */
  readonly sections?: Readonly<Record<string, Json>>;
  /** All trials of the study, those of earlier runs too. */
  readonly trials: readonly Trial[];
  readonly seed: number;
  readonly stopped: RunEnd;
  readonly budget: Budget;
  readonly sampler: string;
  readonly pruner: string;
  /** How often the best configurations were tried again; absent where none was. */
  readonly repeats?: number;
  /** How many trials ran at once. */
  readonly slots: number;
  /** What pruning saved and lost. */
  readonly pruning?: Pruning;
  /** ISO times of this run. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly environment: Environment;
  /** Path of the space file as the user gave it. */
  readonly spaceFile?: string;
  /** What advice goes by in it. */
  readonly file?: AdvisedFile;
  /** What was advised before, where the space file is not what it was then. Default: what the rules say now. */
  readonly advice?: readonly Advice[];
  readonly model?: ExportedModel;
  /** Of a study that ends when more trials promise too little. */
  readonly convergence?: Convergence;
  /** What this run trained on; absent for objectives and trainers of the user's own. */
  readonly data?: DataFacts;
  /** The report of the last night. */
  readonly previous?: Report;
  readonly compare?: CompareOptions;
  /** What earlier runs came to, oldest first. */
  readonly nights?: readonly Night[];
}

/** What tells one dataset from another. */
export interface DataFacts {
  /** SHA-256 over the contents of all files; of generated data, over what generates it. */
  readonly hash: string;
  /** How the rows are split, with the seed of that: the study's, where the space file names none. */
  readonly split?: Json;
}

/** What one earlier run of the study came to: a point of its trend. */
export interface Night {
  /** ISO time. */
  readonly startedAt: string;
  /** Of its best trial: the mean of fresh trainings, where there are some. */
  readonly value?: number;
  /** Those fresh trainings. */
  readonly values?: readonly number[];
  readonly outcome?: Outcome;
  /** The best value so far, over its complete trials. */
  readonly history: readonly number[];
  /** Folder of its report, beside that of this report. */
  readonly folder?: string;
}

/** Where a study ran. Results may differ between environments. */
export interface Environment {
  /** Version of this package. */
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  /** "8 x Intel(R) Xeon(R)" */
  readonly cpus: string;
  /** Version of TensorFlow.js. */
  readonly tensorflow?: string;
  /** Of the working folder, where git knows it; with "+changes" where files differ from it. */
  readonly commit?: string;
}

export interface Report {
  readonly schema: 'tune-report/1';
  readonly study: {
    readonly name: string;
    readonly metric: Metric;
    /** All objectives, where there are several. */
    readonly metrics?: readonly Metric[];
    readonly seed: number;
    readonly sampler: string;
    readonly pruner: string;
    /** How often the best configurations were tried again; absent where none was. */
    readonly repeats?: number;
    readonly space: Space;
    /** What its results depend on beside the space, with the names of parameters in it: model, training, data. */
    readonly sections?: Readonly<Record<string, Json>>;
    readonly spaceFile?: string;
  };
  readonly run: {
    readonly startedAt: string;
    readonly finishedAt: string;
    readonly stopped: RunEnd;
    readonly budget: Budget;
    readonly slots: number;
    readonly environment: Environment;
    readonly data?: DataFacts;
    /** How it is compared, where not as usual. */
    readonly compare?: CompareOptions;
  };
  /** Against the last night; absent where there is none. */
  readonly comparison?: Comparison;
  readonly importance?: Importance;
  /** What to change in the space file, the most valuable first. */
  readonly advice?: readonly Advice[];
  /** What earlier runs came to, oldest first. */
  readonly nights?: readonly Night[];
  /** The complete trial with the best value. */
  readonly best?: ReportedTrial;
  /** Trial 0, which has the default configuration. */
  readonly baseline?: ReportedTrial;
  readonly gain?: Gain;
  /** The exported model; its folder is relative to the report's. */
  readonly model?: ExportedModel;
  /** The best value of the complete trials up to each one, from the first complete trial on. */
  readonly history: readonly { readonly trial: number; readonly best: number }[];
  /** Numbers of the best complete trials, best first. */
  readonly top: readonly number[];
  /** Of several metrics: numbers of the trials that no other one beats in one without being worse in another, best first. */
  readonly front?: readonly number[];
  /** Configurations that were tried again on purpose, from the best mean on. */
  readonly repeated?: readonly Repeated[];
  /** Configurations that were trained again after the search, from the best mean on. */
  readonly confirmed?: readonly ConfirmedRow[];
  /** Learning curves of the top trials. */
  readonly curves: readonly { readonly trial: number; readonly points: readonly Measurement[] }[];
  /** A trial of the worse half, for its curve beside the top ones. */
  readonly typicalBad?: number;
  readonly failures: readonly FailureGroup[];
  /** What more trials promise, if the study was to end when that is too little. */
  readonly convergence?: Convergence;
  readonly cost: Cost;
  /** Who ran the trials, most trials first; absent where all ran on one machine. */
  readonly workers?: readonly WorkerRow[];
  /** Where the pruner stopped a trial, or would have stopped a control. */
  readonly pruning?: Pruning;
  /** The best trial tuned by gradients that has an untuned copy. */
  readonly untuned?: UntunedCopy;
  readonly trials: readonly ReportedTrial[];
}

/** Size and speed of a trained model; absent for trials that trained none. */
export interface ModelFacts {
  /** Number of values in its weights. */
  readonly parameters?: number;
  /** Floating point operations for one example. */
  readonly flops?: number;
  /** Milliseconds for one example alone. */
  readonly inferenceMs?: number;
  /** Share of hidden units that put out the same for every validation example. */
  readonly deadUnits?: number;
}

/** What the validation gradient did in a trial; absent for trials that say nothing of it. */
export interface TuningFacts {
  /** "online": values moved while it trained; "restart": they stayed, and it told their gradient; "off": they stayed. */
  readonly hypergradient?: HypergradientMode;
  readonly estimator?: Learned['estimator'];
  /** By parameter. */
  readonly learned?: LearnedValues;
  /** How often training diverged and was taken up again from before. */
  readonly rollbacks?: number;
  /** Gradients that it took, counted in examples. */
  readonly gradientEvaluations?: number;
}

/** Where a value began, and where it was in the epoch whose weights are kept. */
export type LearnedValues = Readonly<Record<string, { readonly start: number; readonly end: number }>>;

/** Two trials that differ in nothing but whether their values moved. */
export interface UntunedCopy {
  /** The one whose values moved. */
  readonly trial: number;
  readonly copy: number;
}

/** One trial as a row of a table. */
export interface ReportedTrial extends ModelFacts, TuningFacts {
  readonly trial: number;
  readonly state: TrialState;
  readonly value?: number;
  /** Of several metrics, in their order. */
  readonly values?: readonly number[];
  readonly config: Config;
  /** Of the space that the configuration was drawn from, where there have been several; absent: 1. */
  readonly version?: number;
  /** Number of the trial whose configuration it trained once more, after the search. */
  readonly confirms?: number;
  readonly bestEpoch?: number;
  readonly epochs?: number;
  readonly seconds?: number;
  /** ISO times. */
  readonly startedAt?: string;
  readonly finishedAt?: string;
  /** The slot that it ran in. */
  readonly thread?: number;
  /** Name of the worker that ran it, of several machines. */
  readonly worker?: string;
  readonly stopped?: StopReason;
  readonly failure?: Failure;
  /** What its losses say, epoch by epoch. */
  readonly curveClass?: CurveClass;
  /** The numbers of the best epoch: trainLoss, valLoss, valAccuracy. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** One configuration, tried several times: the first value was chosen for being good, so it is a lucky one. */
export interface Repeated extends MeanInterval {
  /** Numbers of its complete trials. */
  readonly trials: readonly number[];
  /** By how much the mean of the later values is worse than the first value. */
  readonly optimism: number;
}

/** One configuration that was trained again after the search: nothing was chosen by these values. */
export interface ConfirmedRow {
  /** The trial of the search. */
  readonly trial: number;
  /** Numbers of those that confirm it. */
  readonly runs: readonly number[];
  /** A configuration of the last night, trained again to compare with. */
  readonly isRival?: boolean;
  /** Seeds of those that completed, in the order of their values. */
  readonly seeds?: readonly number[];
  /** What those that completed came to; with their mean and their standard deviation, where there are enough. */
  readonly values: readonly number[];
  readonly mean?: number;
  readonly deviation?: number;
  /** By how much the mean is worse than the value in the search. */
  readonly optimism?: number;
}

/** How much better the best trial is than the defaults; positive is better, whichever way the metric goes. */
export interface Gain {
  readonly absolute: number;
  /** Share of the default's value: 0.25 is 25 % better. Absent when that value is 0. */
  readonly relative?: number;
}

/** Failed trials that say the same, apart from the numbers in it. */
export interface FailureGroup {
  readonly cause: Failure['cause'];
  readonly count: number;
  readonly firstTrial: number;
  /** Of the first trial. */
  readonly message: string;
}

export interface Cost {
  /** Duration of this run. */
  readonly wallSeconds: number;
  /** Sum over all trials of the study. */
  readonly trialSeconds: number;
  /** Spent in trials that were pruned or failed. */
  readonly discardedSeconds: number;
  /** discardedSeconds / trialSeconds. */
  readonly discardedShare: number;
  /** Trials that this run finished, per minute. */
  readonly trialsPerMinute: number;
  readonly counts: Readonly<Record<TrialState, number>>;
  /** The most memory that the process of the trainers had when a trial ended (RSS). Absent where trials do not say. */
  readonly peakMegabytes?: number;
  /** What further trials would cost, and the chance that one of them would be the best if all trials were random. */
  readonly coming?: { readonly trials: number; readonly seconds: number; readonly chance: number };
  /** Gradients, counted in examples: of all trials, and of the median one. Absent where trials do not count them. */
  readonly gradientEvaluations?: { readonly sum: number; readonly median: number };
}

/** What one worker did, by the trials that it ended: one that others began counts as its own. */
export interface WorkerRow {
  readonly name: string;
  /** Trials that it ended, those that failed among them. */
  readonly trials: number;
  readonly failed: number;
  readonly epochs: number;
  /** Time in which it ran at least one of them. */
  readonly busySeconds: number;
  /** Share of that in the time from the start of its first trial to the end of its last one. Absent where that is none. */
  readonly busyShare?: number;
  /** In the time from the start of its first trial to the end of its last one. Absent where that is none. */
  readonly trialsPerHour?: number;
  /** While it was busy. Absent where it never was. */
  readonly epochsPerSecond?: number;
}
