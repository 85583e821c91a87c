/**
 * Dropout: each value is zeroed with probability `rate` in training and the others are scaled by 1 / (1 - rate).
 * Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html. Keras: Dropout.
 */
import { z } from 'zod';
import { tf } from '../../backend/tf.ts';
import { layer } from './layer.ts';
import { noise } from './noise.ts';

/** Why no gradient tunes a rate. */
export const noGradient =
  'a drawn mask has no derivative; use "gaussianDropout", or "concreteDropout", which learns its rate';

export const dropout = layer({
  name: 'dropout',
  summary: 'zeroes random values in training',
  paper: 'Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html',
  shorthand: 'rate',
  knobs: z.strictObject({
    rate: z.number().min(0).max(0.95).default(0.5).describe('share of values that is zeroed'),
  }),
  continuous: ['rate'],
  untunable: { rate: noGradient },
  keepsSign: true,
  plan: ({ rate }, input) =>
    noise(
      rate,
      input,
      (shape, rate, { uniform }) => {
        const kept = tf.cast(tf.greaterEqual(uniform(shape), rate), 'float32');
        return tf.div(kept, tf.sub(1, rate));
      },
      () => tf.layers.dropout({ rate }),
    ),
});
