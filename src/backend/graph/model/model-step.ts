/** A LayersModel's training and evaluation of one minibatch as pure steps: its variables go in and come out. */
import type * as TensorFlow from '@tensorflow/tfjs';
import { tf, type Tensor } from '../../tf.ts';
import type { BatchFunction, LayersModel, Optimizer } from './layers-model.ts';
import { withLossesFromLogits, type LogitsOutput } from './losses-from-logits.ts';
import { drawsOf, withPureLayers } from './pure-layers.ts';

type Variable = TensorFlow.Variable;

export interface ModelState {
  /** Values of the model's and the optimizer's variables. */
  readonly variables: readonly Tensor[];
  /** Steps done, int32 scalar. */
  readonly step: Tensor;
}

/** Everything that training changes: weights, averages, and the optimizer's memory, which is made here if need be. */
export function variablesOf(model: LayersModel): readonly Variable[] {
  const weights = model.weights.map(weight => weight.read());
  const optimizer = model.optimizer_;
  const known = new Set([...weights, ...variablesIn(optimizer)]);
  const before = [...known].map(variable => [variable, variable.clone()] as const);
  const { iterations_ } = optimizer;
  // Optimizers make their memory with their first update. One without gradients leaves that memory as it starts.
  tf.tidy(() => {
    const trained = model.collectedTrainableWeights.map(weight => weight.read());
    optimizer.applyGradients(trained.map(({ name, shape }) => ({ name, tensor: tf.zeros(shape) })));
  });
  for (const [variable, value] of before) {
    variable.assign(value);
    value.dispose();
  }
  restoreIterations(optimizer, iterations_);
  return [...new Set([...known, ...variablesIn(optimizer)])];
}

export function trainingStep(
  model: LayersModel,
  train: BatchFunction,
  labels: readonly string[],
  variables: readonly Variable[],
  logits: readonly LogitsOutput[],
) {
  return (batch: readonly Tensor[], state: ModelState, { seed }: { readonly seed: Tensor }) => {
    const { iterations_ } = model.optimizer_;
    const draws = drawsOf(seed, state.step);
    const [measured, next] = withValues(variables, state.variables, () => {
      const outputs = withLossesFromLogits(model, logits, () =>
        withPureLayers(model.layers, draws, () => train(batch)),
      );
      return [outputs, variables.map(variable => tf.clone(variable as Tensor))];
    });
    restoreIterations(model.optimizer_, iterations_);
    return {
      state: { variables: next, step: tf.add(state.step, tf.scalar(1, 'int32')) },
      metrics: byLabel(labels, measured),
    };
  };
}

export function evaluationStep(test: BatchFunction, labels: readonly string[], variables: readonly Variable[]) {
  return (batch: readonly Tensor[], state: readonly Tensor[], { values }: { readonly values: readonly Tensor[] }) => ({
    state,
    metrics: byLabel(
      labels,
      withValues(variables, values, () => test(batch)),
    ),
  });
}

/** Runs with other values in the variables, and puts the old ones back. */
function withValues<T>(variables: readonly Variable[], values: readonly Tensor[], run: () => T): T {
  const before = variables.map(variable => variable.clone());
  const put = (tensors: readonly Tensor[]): void => variables.forEach((variable, i) => variable.assign(tensors[i]!));
  try {
    put(values);
    return run();
  } finally {
    put(before);
    tf.dispose(before);
  }
}

function byLabel(labels: readonly string[], tensors: readonly Tensor[]): Record<string, Tensor> {
  return Object.fromEntries(labels.map((label, index) => [label, tensors[index]!]));
}

/** Recording counts as a step of the optimizer, and is none. */
function restoreIterations(optimizer: Optimizer, iterations: number | undefined): void {
  if (iterations === undefined) delete optimizer.iterations_;
  else optimizer.iterations_ = iterations;
}

/** The variables that an optimizer's own properties hold, in arrays and records too. */
function variablesIn(value: unknown, depth = 3): Variable[] {
  if (value instanceof tf.Variable) return [value];
  if (typeof value !== 'object' || value === null || depth === 0 || value instanceof tf.Tensor) return [];
  return Object.values(value).flatMap(part => variablesIn(part, depth - 1));
}
