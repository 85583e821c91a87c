/**
 * Dropout: each value is zeroed with probability `rate` in training and the others are scaled by 1 / (1 - rate).
 * Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html. Keras: Dropout.
 */
import { z } from 'zod';
import { tf } from '../../backend/tf.ts';
import { applyKeras, layer } from './layer.ts';

export const dropout = layer({
  name: 'dropout',
  summary: 'zeroes random values in training',
  paper: 'Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html',
  shorthand: 'rate',
  knobs: z.strictObject({
    rate: z.number().min(0).max(0.95).default(0.5).describe('share of values that is zeroed'),
  }),
  continuous: ['rate'],
  keepsSign: true,
  plan: ({ rate }, input) => ({
    output: input,
    weights: [],
    statistics: [],
    hyper: { rate },
    flops: 0,
    apply(x, { training, hyper, uniform }) {
      if (!training) return { output: x, statistics: [] };
      const kept = tf.cast(tf.greaterEqual(uniform(x.shape), hyper['rate']!), 'float32');
      return { output: tf.mul(x, tf.div(kept, tf.sub(1, hyper['rate']!))), statistics: [] };
    },
    toKeras: x => applyKeras(tf.layers.dropout({ rate }), x),
  }),
});
