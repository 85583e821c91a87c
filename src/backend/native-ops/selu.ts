/**
 * Scaled exponential linear unit: scale x above 0, scale alpha (e^x - 1) below, of any shape, with alpha = 1.67326 and
 * scale = 1.05070. TensorFlow: Selu, SeluGrad.
 */
import type { Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';
import { floatOp } from './run-op.ts';

export function selu(x: Tensor): Tensor {
  const y = floatOp('Selu', [x]);
  return differentiable(y, [x], [y], (dy, [y]) => [seluGradient(dy, y!)]);
}

/** scale dy where y >= 0, otherwise dy (y + scale alpha). */
export function seluGradient(dy: Tensor, y: Tensor): Tensor {
  return floatOp('SeluGrad', [dy, y]);
}
