/**
 * The gradient of all weights together: g <- g limit / max(|g|, limit). Pascanu et al. 2013,
 * https://arxiv.org/abs/1211.5063. Keras: global_clipnorm.
 */
import { z } from 'zod';
import { tf, type Tensor } from '../../backend/tf.ts';
import { clipping, limitKnob } from './clipping.ts';

export const globalNorm = clipping({
  name: 'globalNorm',
  summary: 'a gradient whose L2 norm, over all weights together, is above the limit is scaled down to it',
  paper: 'https://arxiv.org/abs/1211.5063',
  shorthand: 'limit',
  knobs: z.strictObject({ limit: limitKnob('largest norm') }),
  continuous: ['limit'],
  clip: (gradient, { limit }) => scaledDown(gradient, limit!),
});

/** To a norm of at most `limit`. */
export function scaledDown(gradient: Tensor, limit: Tensor): Tensor {
  const norm = tf.sqrt(tf.sum(tf.square(gradient)));
  return tf.mul(gradient, tf.div(limit, tf.maximum(norm, limit)));
}
