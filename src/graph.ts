/** The door of `tfjs-tune/graph`. */
export { compileStep } from './compile-step.ts';
export { fit } from './model/fit.ts';
export { loadBackend } from '../load.ts';
export { NotCompilable } from './not-compilable.ts';

export type { CompiledStep, Epoch, EpochResult, StepExample } from './compile-step.ts';
export type { EpochMetrics } from './epoch.ts';
export type { FitArgs } from './model/fit.ts';
export type { Step, Stepped } from './step.ts';
export type { Tree } from './tree.ts';
