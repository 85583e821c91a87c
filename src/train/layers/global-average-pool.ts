/** The mean of each channel of an image. Keras: GlobalAveragePooling2D. */
import { z } from 'zod';
import { tf } from '../../backend/tf.ts';
import { layer, weightless } from './layer.ts';
import { imageShape } from './window.ts';

export const globalAveragePool = layer({
  name: 'globalAveragePool',
  summary: 'mean of each channel',
  paper: 'Lin et al. 2014, https://arxiv.org/abs/1312.4400',
  knobs: z.strictObject({}),
  keepsSign: true,
  plan(_, input) {
    const [, , channels] = imageShape('globalAveragePool', input);
    return weightless(
      [channels],
      x => tf.mean(x, [1, 2]),
      () => tf.layers.globalAveragePooling2d({}),
    );
  },
});
