/** Steps on rows as they are in the data: each minibatch is normalized when it has been gathered. */
import { gatherRows } from '../backend/native-ops/gather.ts';
import { toFloat32 } from '../backend/native-ops/bytes.ts';
import { tf, type Tensor } from '../backend/tf.ts';
import type { Batch } from './step.ts';

export interface RawBatch {
  /** [rows, ...input shape]: float32 or bytes. */
  readonly inputs: Tensor;
  /** [rows] int32 class numbers, or [rows, values] in the units of the data. */
  readonly targets: Tensor;
  /** [rows, outputs] of another network, on the normalized scale. */
  readonly teacher?: Tensor;
}

/** normalized = (x - center) * factor + shift; one entry per channel or value. */
interface AffineTensors {
  readonly center: Tensor;
  readonly factor: Tensor;
  readonly shift: Tensor;
}

export interface Scaling {
  readonly inputs: AffineTensors;
  readonly targets: AffineTensors;
}

/** Some of the rows, without what a teacher says of them. */
export function rowsOf({ inputs, targets }: RawBatch, places: Int32Array): RawBatch {
  const order = tf.tensor1d(places, 'int32');
  return { inputs: gatherRows(inputs, order), targets: gatherRows(targets, order) };
}

export function normalizeBatch({ inputs, targets, ...others }: RawBatch, scaling: Scaling): Batch {
  return {
    ...others,
    inputs: normalize(toFloat32(inputs), scaling.inputs),
    targets: targets.dtype === 'int32' ? targets : normalize(targets, scaling.targets),
  };
}

function normalize(x: Tensor, { center, factor, shift }: AffineTensors): Tensor {
  return tf.add(tf.mul(tf.sub(x, center), factor), shift);
}
