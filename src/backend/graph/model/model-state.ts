/** Everything that training changes: weights, averages, and the optimizer's memory. */
import { tf, type Tensor } from '../../tf.ts';
import { pack, unpack } from '../packed.ts';
import type { LayersModel, Optimizer, Variable } from './layers-model.ts';
import { vectorsOf } from './packed-optimizer.ts';

/** The variables of a model and its optimizer, as a step carries them. */
export interface StateVariables {
  /** By the vector that holds their values. */
  readonly vectors: readonly (readonly Variable[])[];
  /** The others. */
  readonly singles: readonly Variable[];
}

/** Their values. */
export interface ModelState {
  readonly vectors: readonly Tensor[];
  readonly singles: readonly Tensor[];
  /** Steps done, int32 scalar. */
  readonly step: Tensor;
}

export function stateVariables(model: LayersModel): StateVariables {
  const vectors = vectorsOf(model.optimizer_, trainedWeights(model));
  const others = new Set([...weightsOf(model), ...variablesIn(model.optimizer_)]);
  for (const variable of vectors.flat()) others.delete(variable);
  return { vectors, singles: [...others] };
}

export function weightsOf(model: LayersModel): Variable[] {
  return [...new Set(model.weights.map(weight => weight.read()))];
}

/** @returns new tensors, but for the variables themselves */
export function readState({ vectors, singles }: StateVariables, { iterations_ = 0 }: Optimizer): ModelState {
  return { vectors: vectors.map(pack), singles, step: tf.scalar(iterations_, 'int32') };
}

export function writeState({ vectors, singles }: StateVariables, values: ModelState): void {
  tf.tidy(() => {
    vectors.forEach((variables, index) => assign(variables, unpack(values.vectors[index]!, variables)));
    assign(singles, values.singles);
  });
}

/** Runs with other values in the variables, and puts the old ones back. */
export function withValues<T>(variables: readonly Variable[], values: readonly Tensor[], run: () => T): T {
  return preserving(variables, () => {
    assign(variables, values);
    return run();
  });
}

/** Runs what optimizers count as a step, and is none. */
export function withoutCounting<T>(optimizer: Optimizer, run: () => T): T {
  const before = Object.entries(optimizer).filter(([, value]) => typeof value === 'number');
  try {
    return run();
  } finally {
    delete optimizer.iterations_;
    Object.assign(optimizer, Object.fromEntries(before));
  }
}

/** Optimizers make their memory with their first update: one without gradients leaves that memory as it starts. */
export function makeMemory(model: LayersModel): void {
  const optimizer = model.optimizer_;
  const trained = trainedWeights(model);
  const names = trained.map(({ name }) => name).join();
  if (madeFor.get(optimizer) === names) return;
  tf.tidy(() => {
    const gradients = trained.map(({ name, shape }) => ({ name, tensor: tf.zeros(shape) }));
    preserving([...new Set([...weightsOf(model), ...variablesIn(optimizer)])], () =>
      withoutCounting(optimizer, () => optimizer.applyGradients(gradients)),
    );
  });
  madeFor.set(optimizer, names);
}

/** The weights that an optimizer remembers, for the last model that it trained. */
const madeFor = new WeakMap<Optimizer, string>();

function preserving<T>(variables: readonly Variable[], run: () => T): T {
  const before = variables.map(variable => tf.clone(variable as Tensor));
  try {
    return run();
  } finally {
    assign(variables, before);
    tf.dispose(before);
  }
}

function trainedWeights(model: LayersModel): Variable[] {
  return model.collectedTrainableWeights.map(weight => weight.read());
}

function assign(variables: readonly Variable[], values: readonly Tensor[]): void {
  variables.forEach((variable, index) => variable.assign(values[index] as never));
}

/** The variables that an optimizer's own properties hold, in arrays and records too. */
function variablesIn(value: unknown, depth = 3): Variable[] {
  if (value instanceof tf.Variable) return [value];
  if (typeof value !== 'object' || value === null || depth === 0 || value instanceof tf.Tensor) return [];
  return Object.values(value).flatMap(part => variablesIn(part, depth - 1));
}
