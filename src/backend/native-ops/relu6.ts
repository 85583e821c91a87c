/** Rectified linear unit with a ceiling: min(max(0, x), 6), of any shape. TensorFlow: Relu6, Relu6Grad. */
import type { Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';
import { floatOp } from './run-op.ts';

export function relu6(x: Tensor): Tensor {
  const y = floatOp('Relu6', [x]);
  return differentiable(y, [x], [y], (dy, [y]) => [relu6Gradient(dy, y!)]);
}

/** dy where 0 < y < 6, otherwise 0. */
export function relu6Gradient(dy: Tensor, y: Tensor): Tensor {
  return floatOp('Relu6Grad', [dy, y]);
}
