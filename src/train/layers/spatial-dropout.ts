/**
 * Dropout of whole channels: neighbours in an image are so alike that single values would not be missed. Tompson et al.
 * 2015, https://arxiv.org/abs/1411.4280. Keras: SpatialDropout2D.
 */
import { z } from 'zod';
import { tf } from '../../backend/tf.ts';
import { TuneError } from '../../errors.ts';
import { dropout, noGradient } from './dropout.ts';
import { applyKeras, layer, type Shape } from './layer.ts';

export const spatialDropout = layer({
  name: 'spatialDropout',
  summary: 'zeroes random channels in training',
  paper: 'Tompson et al. 2015, https://arxiv.org/abs/1411.4280',
  shorthand: 'rate',
  knobs: z.strictObject({
    rate: z.number().min(0).max(0.95).default(0.5).describe('share of channels that is zeroed'),
  }),
  continuous: ['rate'],
  untunable: { rate: noGradient },
  keepsSign: true,
  plan(knobs, input, place) {
    if (input.length < 2)
      throw new TuneError('MODEL_INVALID', {
        message: `spatialDropout got examples of shape [${input.join(', ')}]`,
        expected: 'channels in the last of two dimensions or more',
        hint: 'use "dropout" for vectors',
      });
    const plan = dropout.plan(knobs, input, place);
    return {
      ...plan,
      apply: (x, pass) => plan.apply(x, { ...pass, uniform: shape => pass.uniform(perChannel(shape)) }),
      toKeras: x => applyKeras(tf.layers.dropout({ rate: knobs.rate, noiseShape: kerasNoise(input) }), x),
    };
  },
});

/** [examples, 1, ..., channels]: one number for each channel of each example. */
export function perChannel(shape: Shape): number[] {
  return shape.map((side, axis) => (axis === 0 || axis === shape.length - 1 ? side : 1));
}

/** The same for tfjs's layers; null stands for the input's side. */
export function kerasNoise(input: Shape): number[] {
  return [null, ...input.map((_, axis) => (axis === input.length - 1 ? null : 1))] as number[];
}
