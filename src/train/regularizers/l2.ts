/** L2 weight decay: coefficient times the sum of squared weights is added to the loss. Keras: regularizers.L2. */
import { z } from 'zod';
import { tf, type Tensor } from '../../backend/tf.ts';

export const l2Knob = z
  .number()
  .min(0)
  .max(10)
  .optional()
  .describe(
    'weight decay: this times the sum of squared kernel weights is added to the training loss (Krogh & Hertz 1991)',
  );

export function l2Penalty(weights: readonly Tensor[], coefficient: Tensor): Tensor {
  const sums = weights.map(weight => tf.sum(tf.square(weight)));
  return tf.mul(coefficient, tf.addN(sums));
}
