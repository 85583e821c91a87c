/** The largest value of each channel of an image. Keras: GlobalMaxPooling2D. */
import { z } from 'zod';
import { tf, type TF } from '../../backend/tf.ts';
import { layer, weightless } from './layer.ts';
import { imageShape } from './window.ts';

export const globalMaxPool = layer({
  name: 'globalMaxPool',
  summary: 'largest value of each channel',
  paper: 'Oquab et al. 2015, https://doi.org/10.1109/CVPR.2015.7298668',
  knobs: z.strictObject({}),
  keepsSign: true,
  plan(_, input) {
    const [height, width, channels] = imageShape('globalMaxPool', input);
    return weightless(
      [channels],
      // Of equal values one gets the gradient; tf.max would give it to each of them.
      x => tf.reshape(tf.maxPool(x as ReturnType<TF['tensor4d']>, [height, width], 1, 'valid'), [-1, channels]),
      () => tf.layers.globalMaxPooling2d({}),
    );
  },
});
