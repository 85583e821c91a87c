/** Rectified linear unit: max(0, x), of any shape. TensorFlow: Relu, ReluGrad. */
import type { Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';
import { floatOp } from './run-op.ts';

export function relu(x: Tensor): Tensor {
  const y = floatOp('Relu', [x]);
  return differentiable(y, [x], [y], (dy, [y]) => [reluGradient(dy, y!)]);
}

/** dy where y > 0, otherwise 0. */
export function reluGradient(dy: Tensor, y: Tensor): Tensor {
  return floatOp('ReluGrad', [dy, y]);
}
