/**
 * Bilinear interpolation of images [batch, height, width, channels] to another height and width, with pixels that lie in
 * the middle of their squares, as in Keras; tfjs has no gradient for these. TensorFlow: ResizeBilinear, ResizeBilinearGrad.
 */
import { tf, type Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';
import { attribute, floatOp } from './run-op.ts';

export function resizeBilinear(x: Tensor, size: readonly [number, number]): Tensor {
  const centers = attribute.bool('half_pixel_centers', true);
  return tf.tidy(() => {
    const y = floatOp('ResizeBilinear', [x, tf.tensor1d([...size], 'int32')], [centers]);
    return differentiable(y, [x], [x], (dy, [x]) => [floatOp('ResizeBilinearGrad', [dy, x!], [centers])]);
  });
}
