/** Images moved by a random share of their height and width, between pixels too. Simard et al. 2003. Keras: RandomTranslation. */
import { z } from 'zod';
import { tf } from '../../backend/tf.ts';
import { augmentation } from './augmentation.ts';
import { fillModeKnob, imagesAlone, moved, upTo } from './images.ts';

export const shift = augmentation({
  name: 'shift',
  summary: 'images moved up or down and left or right',
  paper: 'Simard et al. 2003, https://doi.org/10.1109/ICDAR.2003.1227801',
  shorthand: 'amount',
  knobs: z.strictObject({
    amount: z
      .number()
      .min(0)
      .max(0.9)
      .default(0.1)
      .describe('largest shift, as a share of the height and of the width'),
    fillMode: fillModeKnob,
  }),
  continuous: ['amount'],
  refuses: imagesAlone,
  augment(batch, { fillMode }, { amount }, { uniform }) {
    const [, height, width] = batch.inputs.shape as [number, number, number];
    const down = tf.mul(upTo(amount!, batch.inputs, uniform), height);
    const right = tf.mul(upTo(amount!, batch.inputs, uniform), width);
    const from = [
      [1, 0, tf.neg(right)],
      [0, 1, tf.neg(down)],
    ] as const;
    return { ...batch, inputs: moved(batch.inputs, from, fillMode) };
  },
});
