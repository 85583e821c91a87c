/** The parts of tfjs's LayersModel, layers and optimizers that its types hide. Checked with tfjs 4.22, which is pinned. */
import type * as TensorFlow from '@tensorflow/tfjs';
import type { Tensor } from '../../tf.ts';

/** Runs one minibatch: inputs, targets, and sample weights where there are any. Returns the loss, then the metrics. */
export type BatchFunction = (data: readonly (Tensor | null)[]) => Tensor[];

export type FitLoop = (
  train: BatchFunction,
  /** Inputs, targets, and per output its sample weights or null: [rows, ...] each. */
  data: readonly (Tensor | null)[],
  /** Names of the loss and the metrics. */
  labels: readonly string[],
  batchSize: number | undefined,
  epochs: number | undefined,
  verbose: number | undefined,
  callbacks: readonly LayersCallback[],
  test: BatchFunction | undefined,
  validationData: readonly Tensor[],
  shuffle: boolean | string | undefined,
  callbackMetrics: readonly string[],
  initialEpoch: number | undefined,
  ...others: unknown[]
) => Promise<TensorFlow.History>;

export interface LayersModel {
  readonly inputs: readonly unknown[];
  readonly layers: readonly Layer[];
  readonly outputLayers: readonly Layer[];
  readonly weights: readonly { read(): TensorFlow.Variable }[];
  readonly collectedTrainableWeights: readonly { read(): TensorFlow.Variable }[];
  readonly optimizer_: Optimizer;
  readonly loss: string | readonly string[] | Readonly<Record<string, string>>;
  lossFunctions: ((target: Tensor, output: Tensor) => Tensor)[];
  history: TensorFlow.History;
  stopTraining_: boolean;
  /** Of the prototype; one of the instance's own stands in for it. */
  fitLoop?: FitLoop;
}

export interface Optimizer {
  /** Steps done, for its files. */
  iterations_?: number;
  applyGradients(gradients: readonly { readonly name: string; readonly tensor: Tensor }[]): void;
  getConfig(): unknown;
}

/** The inputs of a layer: one tensor, or an array of them. */
export type LayerCall = (inputs: Tensor | readonly Tensor[], options: { readonly training?: boolean }) => Tensor;

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

/** Runs with methods of an object replaced, and puts the old ones back. */
export function withMethods<O extends object, T>(object: O, methods: Partial<O>, run: () => T): T {
  const names = Object.keys(methods) as (keyof O)[];
  const own = names.filter(name => Object.hasOwn(object, name)).map(name => [name, object[name]] as const);
  Object.assign(object, methods);
  try {
    return run();
  } finally {
    for (const name of names) delete object[name];
    for (const [name, value] of own) object[name] = value;
  }
}
