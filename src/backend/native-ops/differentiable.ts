/**
 * Gradients of native ops. An op that is run by name leaves no trace on tfjs's tape, so its gradient is attached here.
 * Gradients are first order: their ops leave no trace either, so a gradient of a gradient would be silently wrong.
 */
import type { GradSaveFunc } from '@tensorflow/tfjs';
import { tf, type Tensor } from '../tf.ts';

/**
 * Puts a result on the tape as a function of its inputs.
 * @param value made by runOp and its like alone: what functions of `tf` make is on the tape already
 * @param saved tensors that the gradient needs: they live until it has run
 * @param gradient from the gradient of `value` to one per input
 */
export function differentiable(
  value: Tensor,
  inputs: readonly Tensor[],
  saved: readonly Tensor[],
  gradient: (dy: Tensor, saved: readonly Tensor[]) => Tensor[],
): Tensor {
  const attach = tf.customGrad((...args) => {
    const save = args.at(-1) as unknown as GradSaveFunc;
    save([...saved]);
    return { value, gradFunc: (dy, kept) => firstOrder(() => gradient(dy, kept)) };
  });
  return attach(...inputs);
}

/** @throws Error when the gradient would be differentiated itself */
export function firstOrder<T>(gradient: () => T): T {
  if (tf.engine().state.gradientDepth > 0) throw new Error('gradients of gradients of native ops are not supported');
  return gradient();
}
