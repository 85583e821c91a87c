/** Hyperbolic tangent, of any shape. TensorFlow: Tanh, TanhGrad. */
import type { Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';
import { floatOp } from './run-op.ts';

export function tanh(x: Tensor): Tensor {
  const y = floatOp('Tanh', [x]);
  return differentiable(y, [x], [y], (dy, [y]) => [tanhGradient(dy, y!)]);
}

/** dy (1 - y^2). */
export function tanhGradient(dy: Tensor, y: Tensor): Tensor {
  return floatOp('TanhGrad', [y, dy]);
}
