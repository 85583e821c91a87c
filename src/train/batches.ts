/** A data set as a trainer thread uses it: the row numbers of its parts, and its rows as tensors. */
import { bytesTensor } from '../backend/native-ops/bytes.ts';
import { tf, type Tensor } from '../backend/tf.ts';
import type { Rng } from '../study/rng.ts';
import type { Dataset, LabelledData } from './data/dataset.ts';
import { fitInputs, fitTargets, normalizing, type Affine, type Normalization } from './data/normalization.ts';
import { partsOf } from './data/parts.ts';
import type { DataSection } from './data/section.ts';
import type { Split } from './data/split.ts';
import type { RawBatch, Scaling } from './raw-rows.ts';

export interface Batches extends Parts, Rows {
  /** The same rows, with other parts. The caller disposes it. */
  divided(split: Split): Promise<Batches>;
  /** Frees the tensors. */
  dispose(): void;
}

/** Which rows do what, and the statistics of those that train. */
interface Parts {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  /** Whose loss tunes by its gradient; empty where nothing does. */
  readonly tuning: Int32Array;
  /** Nothing but the final export asks for them. */
  readonly test: Int32Array;
  readonly scaling: Scaling;
  /** [values]: one unit of the normalized targets in the units of the data. */
  readonly targetScale: Tensor;
  readonly inputNormalization: Normalization;
  /** Of regression targets; class numbers stay as they are. */
  readonly targetNormalization: Normalization;
}

/** Rows as they are in the data: steps gather their minibatches from portions and normalize those. */
export interface Rows {
  readonly inputType: 'float32' | 'uint8';
  /** The rows as they are listed; of a streamed data set in ascending order. */
  inOrder(rows: Int32Array, batchSize: number): AsyncIterable<Portion>;
  /** The rows in random order, for one epoch. */
  shuffled(rows: Int32Array, batchSize: number, rng: Rng): AsyncIterable<Portion>;
  /** The same with outputs to learn from: [rows of the data, outputs]. The caller disposes it. */
  taught(teacher: Float32Array): Rows & Pick<Batches, 'dispose'>;
}

/** Rows that are in memory together: whole minibatches, but for the last portion. It is gone when the next is asked for. */
export interface Portion {
  readonly data: RawBatch;
  /** Places of the rows in `data`. */
  readonly order: Int32Array;
}

/** All rows are one portion, of tensors that stay as they are. */
export interface MemoryBatches extends Batches {
  readonly data: RawBatch;
}

/** @param seed the study's: the split is the same in every trial */
export function prepareBatches(dataset: Dataset, section: DataSection, seed: number): MemoryBatches {
  const split = partsOf(dataset, section, seed);
  const data = toTensors(dataset);
  const rows = rowsOf(data, dataset);
  const divide = (into: Split): Batches => {
    const parts = partsWith(fitInputs(dataset, into.train, section.normalize), dataset, into);
    return {
      ...parts,
      ...rows,
      divided: other => Promise.resolve(divide(other)),
      dispose: () => tf.dispose([parts.scaling, parts.targetScale] as never),
    };
  };
  const batches = divide(split);
  return {
    ...batches,
    data,
    dispose() {
      batches.dispose();
      tf.dispose(data as never);
    },
  };
}

/**
 * The parts with the statistics of their training rows alone: validation and test must stay unseen.
 * @param inputNormalization of these rows
 */
export function partsWith(inputNormalization: Normalization, data: LabelledData, split: Split): Parts {
  const targetMethod = data.task === 'regression' ? inputNormalization.method : 'none';
  const targetNormalization = fitTargets(data, split.train, targetMethod);
  const scaling = {
    inputs: tensors(normalizing(inputNormalization)),
    targets: tensors(normalizing(targetNormalization)),
  };
  const targetScale = tf.tensor1d([...targetNormalization.scale]);
  return { ...split, scaling, targetScale, inputNormalization, targetNormalization };
}

function tensors({ center, factor, shift }: Affine): Scaling['inputs'] {
  const [c, f, s] = [center, factor, shift].map(values => tf.tensor1d([...values]));
  return { center: c!, factor: f!, shift: s! };
}

function rowsOf(data: RawBatch, dataset: Dataset): Rows {
  const inOrder = async function* (order: Int32Array): AsyncGenerator<Portion> {
    yield { data, order };
  };
  return {
    inputType: dataset.inputs instanceof Uint8Array ? 'uint8' : 'float32',
    inOrder,
    shuffled: (rows, _, rng) => inOrder(rng.shuffle(rows)),
    taught(outputs) {
      const teacher = teacherTensor(outputs, dataset.size);
      return { ...rowsOf({ ...data, teacher }, dataset), dispose: () => teacher.dispose() };
    },
  };
}

/** All rows of a data set, or of a block of a streamed one. */
export function toTensors(dataset: Dataset): RawBatch {
  return { inputs: inputsOf(dataset), targets: targetsOf(dataset) };
}

/** Images stay bytes, a quarter of their size as numbers. */
function inputsOf({ inputs, inputShape, size }: Dataset): Tensor {
  const shape = [size, ...inputShape];
  return inputs instanceof Uint8Array ? bytesTensor(inputs, shape) : tf.tensor(inputs, shape, 'float32');
}

function targetsOf({ task, targets, targetSize, size }: Dataset): Tensor {
  return task === 'classification'
    ? tf.tensor1d(Int32Array.from(targets), 'int32')
    : tf.tensor2d(Float32Array.from(targets), [size, targetSize]);
}

/** @param outputs [size, outputs] */
export function teacherTensor(outputs: Float32Array, size: number): Tensor {
  return tf.tensor2d(outputs, [size, outputs.length / size]);
}
