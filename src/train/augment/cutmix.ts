/**
 * CutMix: a rectangle of each image comes from another one of its minibatch, its loss is that of both targets in the
 * proportion of their pixels. The rectangle covers 1 - s of the image before its edges cut it off, s ~ Beta(alpha, alpha).
 * Yun et al. 2019, https://arxiv.org/abs/1905.04899. Keras: CutMix.
 */
import { z } from 'zod';
import { tf } from '../../backend/tf.ts';
import { augmentation } from './augmentation.ts';
import { boxes } from './boxes.ts';
import { imagesAlone } from './images.ts';
import { alphaKnob, betas, partners, unmixedPairs } from './mixing.ts';

export const cutmix = augmentation({
  name: 'cutmix',
  summary: 'a rectangle of each image from another one, and a mixture of their targets',
  paper: 'Yun et al. 2019, https://arxiv.org/abs/1905.04899',
  shorthand: 'alpha',
  knobs: z.strictObject({
    alpha: alphaKnob(1),
  }),
  continuous: ['alpha'],
  untunable: { alpha: 'a pixel is of one image or the other, with nothing in between' },
  mixes: true,
  refuses: minibatches => imagesAlone(minibatches) ?? unmixedPairs(minibatches),
  augment({ inputs, targets }, _, { alpha }, draws) {
    const [count, height, width] = inputs.shape as [number, number, number];
    const side = tf.reshape(tf.sqrt(tf.sub(1, betas(count, alpha!, draws))), [count, 1, 1, 1]);
    const isOther = boxes(inputs, [tf.mul(side, height), tf.mul(side, width)], draws.uniform);
    return {
      inputs: tf.where(isOther, partners(inputs), inputs),
      targets,
      mixed: { targets: partners(targets), share: tf.sub(1, tf.mean(tf.cast(isOther, 'float32'), [1, 2, 3])) },
    };
  },
});
