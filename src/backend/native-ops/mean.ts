/** Mean over axes. TensorFlow: Mean, BroadcastTo. */
import { tf, type Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';
import { attribute, floatOp } from './run-op.ts';

/** @param axis default: all */
export function mean(x: Tensor, axis?: number | number[]): Tensor {
  return tf.tidy(() => {
    const axes = tf.util.parseAxisParam(axis!, x.shape);
    const attributes = [attribute.type('Tidx', 'int32'), attribute.bool('keep_dims', false)];
    const y = floatOp('Mean', [x, tf.tensor1d(axes, 'int32')], attributes);
    return differentiable(y, [x], [], dy => [meanGradient(dy, x.shape, axes)]);
  });
}

/** Each value's share of dy. Times a constant: TensorFlow turns a division by one into that, with another rounding. */
export function meanGradient(dy: Tensor, shape: readonly number[], axis: number | number[]): Tensor {
  return sumGradient(tf.mul(dy, dy.size / tf.util.sizeFromShape([...shape])), shape, axis);
}

/** dy for every value that was added up. */
export function sumGradient(dy: Tensor, shape: readonly number[], axis: number | number[]): Tensor {
  const axes = tf.util.parseAxisParam(axis, [...shape]);
  const kept = shape.map((side, axis) => (axes.includes(axis) ? 1 : side));
  const inputs = [tf.reshape(dy, kept), tf.tensor1d([...shape], 'int32')];
  return floatOp('BroadcastTo', inputs, [attribute.type('Tidx', 'int32')]);
}
