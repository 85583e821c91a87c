/**
 * Max-norm: the weights into one unit, as a vector, are scaled down to length `limit` where they are longer:
 *   w <- w min(max(|w|, 0), limit) / (epsilon + |w|)
 * Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html. Keras: MaxNorm, over all axes but the last.
 */
import { z } from 'zod';
import { tf } from '../../backend/tf.ts';
import { constraint } from './constraint.ts';

const epsilon = 1e-7;

export const maxNorm = constraint({
  name: 'maxNorm',
  summary: 'the weights into one unit are scaled down to a longest length',
  paper: 'Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html',
  shorthand: 'limit',
  knobs: z.strictObject({
    limit: z.number().min(1e-3).max(1e3).default(3).describe('longest length of the weights into one unit'),
  }),
  continuous: ['limit'],
  constrain(kernel, { limit }) {
    const axes = kernel.shape.slice(0, -1).map((_, axis) => axis);
    const norm = tf.sqrt(tf.sum(tf.square(kernel), axes, true));
    return tf.mul(kernel, tf.div(tf.minimum(norm, limit!), tf.add(norm, epsilon)));
  },
});
