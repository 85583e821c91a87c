/** Mirror images of some examples. Krizhevsky et al. 2012. Keras: RandomFlip. */
import { z } from 'zod';
import { tf, type Tensor } from '../../backend/tf.ts';
import { augmentation } from './augmentation.ts';
import { imagesAlone } from './images.ts';

/** Axes of a minibatch. */
const axes = { horizontal: [2], vertical: [1], both: [2, 1] } as const;

export const flip = augmentation({
  name: 'flip',
  summary: 'mirror images of some examples',
  paper: 'Krizhevsky et al. 2012, https://papers.nips.cc/paper/4824',
  shorthand: 'mode',
  knobs: z.strictObject({
    mode: z
      .enum(['horizontal', 'vertical', 'both'])
      .default('horizontal')
      .describe('what changes places: left and right, up and down, or either, independently'),
    share: z.number().min(0).max(1).default(0.5).describe('share of the examples that is flipped'),
  }),
  continuous: ['share'],
  untunable: { share: 'an image is mirrored or not, with nothing in between' },
  refuses: imagesAlone,
  augment: (batch, { mode }, { share }, { uniform }) => ({
    ...batch,
    inputs: axes[mode].reduce<Tensor>((images, axis) => {
      const isFlipped = tf.less(uniform([images.shape[0]!, 1, 1, 1]), share!);
      return tf.where(isFlipped, tf.reverse(images, axis), images);
    }, batch.inputs),
  }),
});
