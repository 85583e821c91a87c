/** A data set as a trainer thread uses it: its tensors, which stay as they are, and the row numbers of the three parts. */
import { bytesTensor } from '../backend/native-ops/bytes.ts';
import { tf, type Tensor } from '../backend/tf.ts';
import type { Dataset } from './data/dataset.ts';
import { fitNormalization, normalizing, type Affine, type Normalization } from './data/normalization.ts';
import { partsOf } from './data/parts.ts';
import type { DataSection } from './data/section.ts';
import type { RawBatch, Scaling } from './raw-rows.ts';

export interface Batches {
  /** Every row as it is in the data; steps gather their minibatches from it and normalize those. */
  readonly data: RawBatch;
  readonly scaling: Scaling;
  /** [values]: one unit of the normalized targets in the units of the data. */
  readonly targetScale: Tensor;
  readonly train: Int32Array;
  readonly validation: Int32Array;
  /** Nothing but the final export asks for them. */
  readonly test: Int32Array;
  readonly inputNormalization: Normalization;
  /** Of regression targets; class numbers stay as they are. */
  readonly targetNormalization: Normalization;
  dispose(): void;
}

/** @param seed the study's: the split is the same in every trial */
export function prepareBatches(dataset: Dataset, section: DataSection, seed: number): Batches {
  const split = partsOf(dataset, section, seed);
  // Statistics come from the training rows alone: validation and test must stay unseen.
  const inputNormalization = fitNormalization(dataset, split.train, section.normalize, 'inputs');
  const targetMethod = dataset.task === 'regression' ? section.normalize : 'none';
  const targetNormalization = fitNormalization(dataset, split.train, targetMethod, 'targets');
  const data = toTensors(dataset);
  const scaling = {
    inputs: tensors(normalizing(inputNormalization)),
    targets: tensors(normalizing(targetNormalization)),
  };
  const targetScale = tf.tensor1d([...targetNormalization.scale]);
  return {
    data,
    scaling,
    targetScale,
    ...split,
    inputNormalization,
    targetNormalization,
    dispose: () => tf.dispose([data, scaling, targetScale] as never),
  };
}

function tensors({ center, factor, shift }: Affine): Scaling['inputs'] {
  const [c, f, s] = [center, factor, shift].map(values => tf.tensor1d([...values]));
  return { center: c!, factor: f!, shift: s! };
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
