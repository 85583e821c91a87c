/**
 * Many tensors as one vector. A training step then carries and updates one tensor in place of dozens: fewer ops, each
 * with more to do, for the same results bit by bit.
 */
import { tf, type Tensor } from '../tf.ts';

interface Shaped {
  readonly shape: readonly number[];
}

/** @returns [size of all tensors together] */
export function pack(tensors: readonly Tensor[]): Tensor {
  if (tensors.length === 0) return tf.zeros([0]);
  return tf.tidy(() => tf.concat(tensors.map(tensor => tf.reshape(tensor, [-1]))));
}

/** The tensors of the given shapes, in their order. */
export function unpack(packed: Tensor, parts: readonly Shaped[]): Tensor[] {
  if (parts.length === 0) return [];
  const sizes = parts.map(({ shape }) => tf.util.sizeFromShape([...shape]));
  return tf.split(packed, sizes).map((part, index) => tf.reshape(part, [...parts[index]!.shape]));
}

/** The same for values in memory. */
export function unpackValues(packed: Float32Array, parts: readonly Shaped[]): Float32Array[] {
  let next = 0;
  return parts.map(({ shape }) => packed.slice(next, (next += tf.util.sizeFromShape([...shape]))));
}
