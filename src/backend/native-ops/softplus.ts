/** log(1 + e^x), of any shape. TensorFlow: Softplus, SoftplusGrad. */
import type { Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';
import { floatOp } from './run-op.ts';

export function softplus(x: Tensor): Tensor {
  return differentiable(floatOp('Softplus', [x]), [x], [x], (dy, [x]) => [softplusGradient(dy, x!)]);
}

/** dy sigmoid(x). */
export function softplusGradient(dy: Tensor, x: Tensor): Tensor {
  return floatOp('SoftplusGrad', [dy, x]);
}
