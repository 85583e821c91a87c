/**
 * Decoupled weight decay: before each update w <- w (1 - learning rate x coefficient), for kernels only, whatever the
 * optimizer does with their gradient. Loshchilov & Hutter 2019, https://arxiv.org/abs/1711.05101. Keras: the argument
 * weight_decay of every optimizer.
 */
import { z } from 'zod';
import { tf, type Tensor } from '../../backend/tf.ts';

export const weightDecayKnob = z
  .number()
  .min(0)
  .max(10)
  .optional()
  .describe(
    'decoupled weight decay: each step takes this share, times the learning rate, off the kernels (https://arxiv.org/abs/1711.05101)',
  );

/** @param decays 1 where weights decay, else 0 */
export function decay(weight: Tensor, decays: Tensor, learningRate: Tensor, coefficient: Tensor): Tensor {
  return tf.sub(weight, tf.mul(tf.mul(weight, decays), tf.mul(learningRate, coefficient)));
}
