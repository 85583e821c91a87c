/**
 * Layer normalization: y = gamma (x - mean) / sqrt(variance + epsilon) + beta, with the mean and variance of each example's
 * last axis, in training and at inference alike. Ba et al. 2016, https://arxiv.org/abs/1607.06450. Keras:
 * LayerNormalization.
 */
import { z } from 'zod';
import { tf } from '../../backend/tf.ts';
import { gammaAndBeta } from './gamma-and-beta.ts';
import { applyKeras, layer } from './layer.ts';

export const layerNorm = layer({
  name: 'layerNorm',
  summary: 'normalizes the last axis of each example',
  paper: 'https://arxiv.org/abs/1607.06450',
  knobs: z.strictObject({
    epsilon: z.number().min(1e-8).max(0.1).default(1e-3).describe('added to the variance'),
  }),
  keepsSign: true,
  plan({ epsilon }, input) {
    return {
      output: input,
      weights: gammaAndBeta(input.at(-1)!),
      statistics: [],
      hyper: {},
      flops: 0,
      apply(x, { weights: [gamma, beta] }) {
        const centered = tf.sub(x, tf.mean(x, -1, true));
        const variance = tf.mean(tf.square(centered), -1, true);
        const normalized = tf.mul(centered, tf.rsqrt(tf.add(variance, epsilon)));
        return { output: tf.add(tf.mul(normalized, gamma!), beta!), statistics: [] };
      },
      toKeras: (x, { weights }) => applyKeras(tf.layers.layerNormalization({ epsilon }), x, weights),
    };
  },
});
