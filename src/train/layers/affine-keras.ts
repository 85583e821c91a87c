/** y = (x - center) factor + shift, of each channel, as a tfjs layer: batch normalization at inference stores such a map. */
import type * as TensorFlow from '@tensorflow/tfjs';
import { tf, type Tensor } from '../../backend/tf.ts';
import { applyKeras } from './layer.ts';

export interface AffineMap {
  /** [channels], as are the others. */
  readonly factor: Tensor;
  /** Default: none. */
  readonly shift?: Tensor;
  /** Default: 0. */
  readonly center?: Tensor;
}

export function affineKeras(
  input: TensorFlow.SymbolicTensor,
  { factor, shift, center }: AffineMap,
): TensorFlow.SymbolicTensor {
  const layer = tf.layers.batchNormalization({ center: shift !== undefined, epsilon: 0, trainable: false });
  const [zeros, ones] = [tf.zerosLike(factor), tf.onesLike(factor)];
  const output = applyKeras(layer, input, [factor, ...(shift ? [shift] : []), center ?? zeros, ones]);
  tf.dispose([zeros, ones]);
  return output;
}
