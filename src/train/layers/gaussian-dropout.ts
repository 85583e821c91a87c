/**
 * Gaussian dropout: values times noise from N(1, rate / (1 - rate)) in training, which is smooth in its rate. Srivastava
 * et al. 2014, section 10, https://jmlr.org/papers/v15/srivastava14a.html. Keras: GaussianDropout.
 */
import { z } from 'zod';
import { tf } from '../../backend/tf.ts';
import { layer } from './layer.ts';
import { noise } from './noise.ts';

export const gaussianDropout = layer({
  name: 'gaussianDropout',
  summary: 'multiplies values by Gaussian noise in training',
  paper: 'Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html',
  shorthand: 'rate',
  knobs: z.strictObject({
    rate: z
      .number()
      .min(0)
      .max(0.95)
      .default(0.5)
      .describe('rate of the dropout with as much noise: the variance is rate / (1 - rate)'),
  }),
  continuous: ['rate'],
  keepsSign: true,
  plan: ({ rate }, input) =>
    noise(
      rate,
      input,
      (shape, rate, { normal }) => tf.add(1, tf.mul(normal(shape), tf.sqrt(tf.div(rate, tf.sub(1, rate))))),
      () => tf.layers.gaussianDropout({ rate }),
    ),
});
