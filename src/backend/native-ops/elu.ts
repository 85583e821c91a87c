/** Exponential linear unit: x above 0, e^x - 1 below, of any shape. TensorFlow: Elu, EluGrad. */
import type { Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';
import { floatOp } from './run-op.ts';

export function elu(x: Tensor): Tensor {
  const y = floatOp('Elu', [x]);
  return differentiable(y, [x], [y], (dy, [y]) => [floatOp('EluGrad', [dy, y!])]);
}
