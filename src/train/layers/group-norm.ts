/**
 * Group normalization: y = gamma (x - mean) / sqrt(variance + epsilon) + beta, with the mean and variance of each example's
 * channels in groups, over all positions; gamma and beta per channel. No batch is needed, so it does for small ones too.
 * Wu & He 2018, https://arxiv.org/abs/1803.08494. Keras: GroupNormalization.
 */
import { z } from 'zod';
import { tf } from '../../backend/tf.ts';
import { TuneError } from '../../errors.ts';
import { sizeOf } from '../shape.ts';
import { affineKeras } from './affine-keras.ts';
import { gammaAndBeta } from './gamma-and-beta.ts';
import { applyKeras, layer } from './layer.ts';

export const groupNorm = layer({
  name: 'groupNorm',
  summary: 'normalizes groups of channels of each example',
  paper: 'https://arxiv.org/abs/1803.08494',
  shorthand: 'groups',
  knobs: z.strictObject({
    groups: z.int().min(1).max(8192).default(32).describe('number of groups, which divides the number of channels'),
    epsilon: z.number().min(1e-8).max(0.1).default(1e-3).describe('added to the variance'),
  }),
  keepsSign: true,
  plan({ groups, epsilon }, input) {
    const channels = input.at(-1)!;
    if (channels % groups !== 0)
      throw new TuneError('MODEL_INVALID', {
        message: `groupNorm with ${groups} groups got ${channels} channels`,
        expected: `a multiple of ${groups}`,
      });
    const [positions, size] = [sizeOf(input) / channels, channels / groups];
    return {
      output: input,
      weights: gammaAndBeta(channels),
      statistics: [],
      hyper: {},
      flops: 0,
      apply(x, { weights: [gamma, beta] }) {
        const grouped = tf.reshape(x, [-1, positions, groups, size]);
        const centered = tf.sub(grouped, tf.mean(grouped, [1, 3], true));
        const variance = tf.mean(tf.square(centered), [1, 3], true);
        const normalized = tf.reshape(tf.mul(centered, tf.rsqrt(tf.add(variance, epsilon))), x.shape);
        return { output: tf.add(tf.mul(normalized, gamma!), beta!), statistics: [] };
      },
      // tfjs has no such layer: layer normalization with each group in one axis, and an affine map.
      toKeras(x, { weights: [gamma, beta] }) {
        const reshape = (...targetShape: number[]) => tf.layers.reshape({ targetShape });
        const swap = () => tf.layers.permute({ dims: [2, 1, 3] });
        const normalized = [
          reshape(positions, groups, size),
          swap(),
          reshape(groups, positions * size),
          tf.layers.layerNormalization({ epsilon, center: false, scale: false }),
          reshape(groups, positions, size),
          swap(),
          reshape(...input),
        ].reduce((symbol, step) => applyKeras(step, symbol), x);
        return affineKeras(normalized, { factor: gamma!, shift: beta! });
      },
    };
  },
});
