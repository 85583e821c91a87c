/** The door of `tfjs-tune/graph`: training at the speed of a TensorFlow graph, for programs of your own. */
export { loadBackend } from './backend/load.ts';
export { compileStep } from './backend/graph/compile-step.ts';
export { fit } from './backend/graph/model/fit.ts';
export { NotCompilable } from './backend/graph/not-compilable.ts';
export { pack, unpack } from './backend/graph/packed.ts';
export { batchNormInference, batchNormTraining } from './backend/native-ops/batch-norm.ts';
export { sigmoidCrossEntropy } from './backend/native-ops/sigmoid-cross-entropy.ts';
export { softmaxCrossEntropy, sparseSoftmaxCrossEntropy } from './backend/native-ops/softmax-cross-entropy.ts';
export { statelessNormal } from './backend/native-ops/stateless-normal.ts';
export { statelessUniform } from './backend/native-ops/stateless-uniform.ts';
export { optimizers } from './train/optimizers/index.ts';

export type { CompiledStep, Epoch, EpochResult, StepExample } from './backend/graph/compile-step.ts';
export type { EpochMetrics } from './backend/graph/epoch.ts';
export type { FitArgs } from './backend/graph/model/fit.ts';
export type { Step, Stepped } from './backend/graph/step.ts';
export type { Tree } from './backend/graph/tree.ts';
export type { Optimizer, Update } from './train/optimizers/optimizer.ts';
