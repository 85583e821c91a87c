/** The parts of tfjs-node's backend that native ops and the compiler work with; tfjs does not export their types. */
import { tf, type Tensor } from './tf.ts';

export interface Attribute {
  readonly name: string;
  /** TF_ATTR_TYPE and so on. */
  readonly type: number;
  readonly value: unknown;
}

/** A tensor as TensorFlow's C API knows it. */
export interface Metadata {
  readonly id: number;
  readonly shape: readonly number[];
  /** TensorFlow's number of the type, which knows more types than tfjs has names. */
  readonly dtype: number;
}

export type Values = Float32Array | Int32Array | Uint8Array;

/** The addon. */
export interface Binding {
  createTensor(shape: readonly number[], dtype: number, values: Values): number;
  tensorDataSync(id: number): Values;
  executeOp(op: string, attributes: readonly Attribute[], inputs: readonly number[], outputs: number): Metadata[];
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(session: number): void;
  runSavedModel(session: number, inputs: readonly number[], inputNames: string, outputNames: string): Metadata[];
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_BOOL: number;
  readonly TF_UINT8: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
}

export interface Backend {
  binding: Binding;
  getInputTensorIds(tensors: readonly Tensor[]): number[];
  readSync(dataId: object): Values;
  read(dataId: object): Promise<Values>;
  createOutputTensor(metadata: Metadata): Tensor;
  executeMultipleOutputs(
    op: string,
    attributes: readonly Attribute[],
    inputs: readonly Tensor[],
    outputs: number,
  ): Tensor[];
  readonly tensorMap: { get(dataId: object): Omit<Metadata, 'id'> };
}

export function theBackend(): Backend {
  return tf.backend() as unknown as Backend;
}

/** TensorFlow's number of a tensor's type: bytes are "int32" to tfjs. */
export function typeOf(tensor: Tensor): number {
  return theBackend().tensorMap.get(tensor.dataId).dtype;
}

export function idOf(tensor: Tensor): number {
  return theBackend().getInputTensorIds([tensor])[0]!;
}
