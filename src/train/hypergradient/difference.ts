/**
 * Derivatives as differences of two gradients. A step that moves the weights by a thousandth of their size, or of a range
 * of values, is past the noise of float32 and before most kinks of the network.
 */
import { tf, type Tensor } from '../../backend/tf.ts';

export const difference = 1e-3;
const tiny = 1e-12;

/** How far to go from the weights along directions of these lengths. */
export function stepAlong(weights: Tensor, size: Tensor): Tensor {
  const wanted = tf.mul(difference, tf.maximum(1, tf.div(lengthOf(weights), 10)));
  return tf.div(wanted, atLeastTiny(size));
}

/** The Euclidean length of a vector, or of each row. */
export function lengthOf(rows: Tensor): Tensor {
  const isVector = rows.rank === 1;
  return tf.sqrt(tf.sum(tf.square(rows), isVector ? 0 : 1, !isVector));
}

/** For divisions: a length that may be 0. */
export function atLeastTiny(size: Tensor): Tensor {
  return tf.maximum(size, tiny);
}
