/** Images made smaller or larger by a random factor. Simonyan & Zisserman 2015 (scale jittering). Keras: RandomZoom. */
import { z } from 'zod';
import { tf } from '../../backend/tf.ts';
import { augmentation } from './augmentation.ts';
import { fillModeKnob, imagesAlone, turned, upTo } from './images.ts';

export const zoom = augmentation({
  name: 'zoom',
  summary: 'images made smaller or larger',
  paper: 'Simonyan & Zisserman 2015, https://arxiv.org/abs/1409.1556',
  shorthand: 'amount',
  knobs: z.strictObject({
    amount: z
      .number()
      .min(0)
      .max(0.9)
      .default(0.1)
      .describe('each image shows 1 - amount to 1 + amount of its height and width'),
    fillMode: fillModeKnob,
  }),
  continuous: ['amount'],
  refuses: imagesAlone,
  augment(batch, { fillMode }, { amount }, { uniform }) {
    const shown = tf.add(1, upTo(amount!, batch.inputs, uniform));
    const none = tf.zerosLike(shown);
    const from = [
      [shown, none],
      [none, shown],
    ] as const;
    return { ...batch, inputs: turned(batch.inputs, from, fillMode) };
  },
});
