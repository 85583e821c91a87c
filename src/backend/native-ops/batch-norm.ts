/**
 * Batch normalization over the last axis: y = scale (x - mean) / sqrt(variance + epsilon) + offset, with x [..., channels]
 * of rank 2 or more and the others [channels]. TensorFlow: FusedBatchNormV3, FusedBatchNormGradV3.
 */
import type { Attribute } from '../native-backend.ts';
import { tf, type Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';
import { attribute, runOps } from './run-op.ts';

export interface BatchNormalized {
  readonly output: Tensor;
  /** Mean of the batch. */
  readonly mean: Tensor;
  /** Mean squared distance from the mean (biased). */
  readonly variance: Tensor;
}

/** With the mean and variance of the batch itself, through which the gradient goes too. */
export function batchNormTraining(x: Tensor, scale: Tensor, offset: Tensor, epsilon: number): BatchNormalized {
  const [output, mean, variance] = tf.tidy(() => {
    const image = asImage(x);
    const none = tf.tensor1d([], 'float32'); // no average of earlier batches
    const attributes = fusedAttributes(epsilon, true);
    const [y, mean, unbiased, ...reserved] = runOps(
      'FusedBatchNormV3',
      attributes,
      [image, scale, offset, none, none],
      6,
    );
    const output = differentiable(y!, [image, scale, offset], [image, scale, ...reserved], (dy, saved) =>
      fusedGradient(dy, saved, attributes),
    );
    // One of the reserved outputs is the biased variance on a CPU, but not on a GPU.
    const count = image.size / image.shape[3]!;
    return [tf.reshape(output, x.shape), mean!, tf.mul(unbiased!, (count - 1) / count)];
  });
  return { output: output!, mean: mean!, variance: variance! };
}

/** With given mean and variance, through which the gradient goes too. */
export function batchNormInference(
  x: Tensor,
  scale: Tensor,
  offset: Tensor,
  mean: Tensor,
  variance: Tensor,
  epsilon: number,
): Tensor {
  return tf.tidy(() => {
    const image = asImage(x);
    const inputs = [image, scale, offset, mean, variance];
    const [y] = runOps('FusedBatchNormV3', fusedAttributes(epsilon, false), inputs, 6);
    const output = differentiable(y!, inputs, [image, scale, mean, variance], (dy, saved) =>
      batchNormInferenceGradient(dy, saved, epsilon),
    );
    return tf.reshape(output, x.shape);
  });
}

/**
 * Gradients of x, scale, offset, mean and variance: the last two from those of scale and offset.
 * @param inputs x of rank 4, scale, mean and variance
 */
export function batchNormInferenceGradient(dy: Tensor, inputs: readonly Tensor[], epsilon: number): Tensor[] {
  const reserved = tf.tensor1d([], 'float32'); // of training
  const [dx, dScale, dOffset] = fusedGradient(dy, [...inputs, reserved], fusedAttributes(epsilon, false));
  const [, scale, , variance] = inputs;
  const inverse = tf.rsqrt(tf.add(variance!, epsilon));
  const steepness = tf.neg(tf.mul(scale!, inverse));
  const dMean = tf.mul(steepness, dOffset!);
  const dVariance = tf.mul(tf.mul(steepness, tf.mul(inverse, 0.5)), dScale!);
  return [dx!, dScale!, dOffset!, dMean, dVariance];
}

function fusedGradient(dy: Tensor, inputs: readonly Tensor[], attributes: readonly Attribute[]): Tensor[] {
  return runOps('FusedBatchNormGradV3', attributes, [dy, ...inputs], 5).slice(0, 3);
}

/** As [examples, height, width, channels], the one rank that TensorFlow's op takes. */
function asImage(x: Tensor): Tensor {
  return x.rank === 4 ? x : tf.reshape(x, [-1, 1, 1, x.shape.at(-1)!]);
}

function fusedAttributes(epsilon: number, training: boolean): Attribute[] {
  return [
    attribute.type('T', 'float32'),
    attribute.type('U', 'float32'),
    attribute.float('epsilon', epsilon),
    attribute.bool('is_training', training),
  ];
}
