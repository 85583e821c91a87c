/**
 * Transposed convolution: the gradient of a convolution with respect to its input, x [batch, height, width, in] and kernel
 * [height, width, out, in]. TensorFlow: Conv2DBackpropInput. tfjs's own writes the batch's size into the graph; here it is
 * that of x.
 */
import type { Attribute } from '../native-backend.ts';
import { tf, type Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';
import { attribute, floatOp, runOp } from './run-op.ts';

export interface Transposed {
  /** Height and width of the output. */
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: 'valid' | 'same';
}

export function conv2dTranspose(x: Tensor, kernel: Tensor, { size, strides, padding }: Transposed): Tensor {
  const attributes = [
    attribute.ints('strides', [1, ...strides, 1]),
    attribute.string('padding', padding.toUpperCase()),
  ];
  return tf.tidy(() => {
    const shape = tf.concat([tf.slice(shapeOf(x), 0, 1), tf.tensor1d([...size, kernel.shape[2]!], 'int32')]);
    const y = floatOp('Conv2DBackpropInput', [shape, kernel, x], attributes);
    return differentiable(y, [x, kernel], [x, kernel], (dy, saved) => gradients(dy, saved, attributes));
  });
}

function gradients(dy: Tensor, [x, kernel]: readonly Tensor[], attributes: readonly Attribute[]): Tensor[] {
  const kernelShape = tf.tensor1d(kernel!.shape, 'int32');
  return [
    floatOp('Conv2D', [dy, kernel!], attributes),
    floatOp('Conv2DBackpropFilter', [dy, kernelShape, x!], attributes),
  ];
}

/** As a tensor that the graph computes. */
function shapeOf(x: Tensor): Tensor {
  return runOp('Shape', [attribute.type('T', 'float32'), attribute.type('out_type', 'int32')], [x]);
}
