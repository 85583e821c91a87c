/** The parts of tfjs's LayersModel, layers and optimizers that its types hide. Checked with tfjs 4.22, which is pinned. */
import type * as TensorFlow from '@tensorflow/tfjs';
import { tf, type Tensor } from '../../tf.ts';

export type Variable = TensorFlow.Variable;

/** Runs one minibatch: inputs, targets, and sample weights where there are any. Returns the loss, then the metrics. */
export type BatchFunction = (data: readonly (Tensor | null)[]) => Tensor[];

export type FitLoop = (
  train: BatchFunction,
  /** Inputs, targets, and per output its sample weights or null: [rows, ...] each. */
  data: readonly (Tensor | null)[],
  /** Names of the loss and the metrics. */
  labels: readonly string[],
  batchSize: number | null | undefined,
  epochs: number | null | undefined,
  verbose: number | null | undefined,
  callbacks: readonly LayersCallback[],
  test: BatchFunction | null,
  validationData: readonly Tensor[] | null | undefined,
  shuffle: boolean | string | null | undefined,
  callbackMetrics: readonly string[],
  initialEpoch: number | null | undefined,
  ...others: unknown[]
) => Promise<TensorFlow.History>;

export type LossFunction = (target: Tensor, output: Tensor) => Tensor;

export interface LayersModel extends Layer {
  readonly inputs: readonly unknown[];
  readonly outputs: readonly { readonly shape: readonly (number | null)[] }[];
  readonly outputLayers: readonly Layer[];
  readonly weights: readonly { read(): Variable }[];
  readonly collectedTrainableWeights: readonly { read(): Variable }[];
  readonly optimizer_: Optimizer;
  readonly loss: string | readonly string[] | Readonly<Record<string, string>>;
  /** One per output. */
  lossFunctions: LossFunction[];
  /** Functions and the numbers of their outputs. */
  readonly metricsTensors: readonly (readonly [LossFunction, number])[];
  readonly isTraining: boolean;
  history: TensorFlow.History;
  stopTraining_: boolean;
  /** Of the prototype; one of the instance's own stands in for it. */
  fitLoop?: FitLoop;
  /** @returns means over the rows, in the order of the labels */
  testLoop(test: BatchFunction, data: readonly Tensor[], batchSize: number): Tensor[];
}

export interface Optimizer {
  /** Steps done, for its files. */
  iterations_?: number;
  applyGradients(gradients: readonly Gradient[]): void;
}

export interface Gradient {
  /** Of the variable. */
  readonly name: string;
  /** Nothing where the loss does not depend on the variable. */
  readonly tensor?: Tensor | null;
}

/** The inputs of a layer: one tensor, or an array of them. */
export type LayerCall = (inputs: Tensor | readonly Tensor[], options?: { readonly training?: boolean }) => Tensor;

export interface Layer {
  readonly name: string;
  readonly activation?: { apply: (input: Tensor, ...others: unknown[]) => Tensor; getClassName(): string };
  getClassName(): string;
  call: LayerCall;
}

export interface LayersCallback {
  readonly onBatchBegin: unknown;
  readonly onBatchEnd: unknown;
  /** Of a callback made from functions. */
  readonly batchBegin?: unknown;
  readonly batchEnd?: unknown;
  readonly yield?: unknown;
}

/** The model that trains: a Sequential wraps one. */
export function innerModel(model: TensorFlow.LayersModel): LayersModel {
  return ((model as unknown as { readonly model?: unknown }).model ?? model) as LayersModel;
}

/** A model's layers and all layers inside them: models, wrappers, cells, and what a layer of the user's own holds. */
export function layersIn(model: Layer): readonly Layer[] {
  const found = new Set<Layer>();
  const visit = (layer: Layer): void => {
    if (found.has(layer)) return;
    found.add(layer);
    Object.values(layer).flat().filter(isLayer).forEach(visit);
  };
  visit(model);
  return [...found];
}

export function isLayer(value: unknown): value is Layer {
  return value instanceof tf.layers.Layer;
}

/** Runs with properties of an object replaced, and puts the old ones back. */
export function withProperties<O extends object, T>(object: O, properties: Partial<O>, run: () => T): T {
  const before = Object.keys(properties).map(name => [name, Object.getOwnPropertyDescriptor(object, name)] as const);
  Object.assign(object, properties);
  try {
    return run();
  } finally {
    for (const [name, descriptor] of before)
      if (descriptor) Object.defineProperty(object, name, descriptor);
      else delete object[name as keyof O];
  }
}

/** The same for many objects. */
export function withAllProperties<T>(
  replacements: readonly (readonly [object: object, properties: object])[],
  run: () => T,
): T {
  return replacements.reduceRight<() => T>(
    (inner, [object, properties]) =>
      () =>
        withProperties(object, properties, inner),
    run,
  )();
}
