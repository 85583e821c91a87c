/** x + bias along the last axis: x [..., channels] of rank 2 or more, bias [channels]. TensorFlow: BiasAdd, BiasAddGrad. */
import type { Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';
import { floatOp } from './run-op.ts';

export function biasAdd(x: Tensor, bias: Tensor): Tensor {
  // tfjs adds up gradients in place of older ones and disposes those, so dy must not be handed on itself.
  return differentiable(floatOp('BiasAdd', [x, bias]), [x, bias], [], dy => [dy.clone(), biasAddGradient(dy)]);
}

/** Sum over all axes but the last: [..., channels] to [channels]. */
export function biasAddGradient(dy: Tensor): Tensor {
  return floatOp('BiasAddGrad', [dy]);
}
