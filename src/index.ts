/** The public door of tfjs-tune. */
export { tune } from './tune/tune.ts';
export { replay } from './tune/replay-trials.ts';
export { createStudy } from './tune/create-study.ts';
export { defineSpace } from './space/define-space.ts';
export { datasetFromArrays } from './train/data/arrays.ts';
export { TuneError } from './errors.ts';

export type { MetricOption, TuneEvent, TuneOptions, TuneResult } from './tune/options.ts';
export type { ReplayEvent, ReplayedTrial, ReplayOptions } from './tune/replay-trials.ts';
export type { Difference } from './study/trial-differences.ts';
export type { CreateStudyOptions, TechniqueChoice } from './tune/create-study.ts';
export type { InferConfig, ParamInput, TypedSpace } from './space/define-space.ts';
export type { Config, Json, Param, Space } from './space/space.ts';
export type { EnqueueOptions, Study } from './study/study.ts';
export type { StudyEvent } from './study/events.ts';
export type { Measurement, Trial, TrialResult, TrialState, Verdict, Failure, StopReason } from './study/trial.ts';
export type { Direction } from './study/ports.ts';
export type { StopCause } from './study/loop.ts';
export type { TrainerContext, TrainerFunction, TrainerValue } from './train/custom-trainer.ts';
export type { ArrayData } from './train/data/arrays.ts';
export type { Dataset, Task } from './train/data/dataset.ts';
export type { DataModule, DataModuleContext } from './train/data/loaders/module.ts';
export type { Report, ReportedTrial } from './report/report.ts';
export type { ErrorCode, Location, Problem } from './errors.ts';
