/** Logistic function: 1 / (1 + e^-x), of any shape. TensorFlow: Sigmoid, SigmoidGrad. */
import type { Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';
import { floatOp } from './run-op.ts';

export function sigmoid(x: Tensor): Tensor {
  const y = floatOp('Sigmoid', [x]);
  return differentiable(y, [x], [y], (dy, [y]) => [sigmoidGradient(dy, y!)]);
}

/** dy y (1 - y). */
export function sigmoidGradient(dy: Tensor, y: Tensor): Tensor {
  return floatOp('SigmoidGrad', [y, dy]);
}
