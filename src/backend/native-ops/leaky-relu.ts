/** Leaky rectified linear unit: x above 0, alpha x below, of any shape. TensorFlow: LeakyRelu, LeakyReluGrad. */
import type { Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';
import { attribute, floatOp } from './run-op.ts';

/** @param alpha a part of the op's structure, not an input */
export function leakyRelu(x: Tensor, alpha: number): Tensor {
  const y = floatOp('LeakyRelu', [x], [attribute.float('alpha', alpha)]);
  return differentiable(y, [x], [x], (dy, [x]) => [leakyReluGradient(dy, x!, alpha)]);
}

/** dy where x > 0, otherwise alpha dy. */
export function leakyReluGradient(dy: Tensor, x: Tensor, alpha: number): Tensor {
  return floatOp('LeakyReluGrad', [dy, x], [attribute.float('alpha', alpha)]);
}
