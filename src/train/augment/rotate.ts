/** Images turned around their centre by a random angle. Simard et al. 2003. Keras: RandomRotation. */
import { z } from 'zod';
import { tf } from '../../backend/tf.ts';
import { augmentation } from './augmentation.ts';
import { fillModeKnob, imagesAlone, turned, upTo } from './images.ts';

export const rotate = augmentation({
  name: 'rotate',
  summary: 'images turned around their centre',
  paper: 'Simard et al. 2003, https://doi.org/10.1109/ICDAR.2003.1227801',
  shorthand: 'amount',
  knobs: z.strictObject({
    amount: z.number().min(0).max(0.5).default(0.05).describe('largest angle to either side, in full turns'),
    fillMode: fillModeKnob,
  }),
  continuous: ['amount'],
  refuses: imagesAlone,
  augment(batch, { fillMode }, { amount }, { uniform }) {
    const angle = tf.mul(upTo(amount!, batch.inputs, uniform), 2 * Math.PI);
    const [cos, sin] = [tf.cos(angle), tf.sin(angle)];
    // y points down, so this turns counterclockwise for angles above 0.
    const from = [
      [cos, tf.neg(sin)],
      [sin, cos],
    ] as const;
    return { ...batch, inputs: turned(batch.inputs, from, fillMode) };
  },
});
