/** Absolute value, of any shape. TensorFlow: Abs. */
import { tf, type Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';
import { floatOp } from './run-op.ts';

/** Its slope at 0 is 0; that of tf.abs is -1. */
export function abs(x: Tensor): Tensor {
  return differentiable(floatOp('Abs', [x]), [x], [x], (dy, [x]) => [tf.mul(dy, tf.sign(x!))]);
}
