/** Normal noise on every input: x <- x + deviation n. Bishop 1995. Keras: GaussianNoise. */
import { z } from 'zod';
import { tf } from '../../backend/tf.ts';
import { augmentation } from './augmentation.ts';

export const gaussianNoise = augmentation({
  name: 'gaussianNoise',
  summary: 'normal noise on every input',
  paper: 'Bishop 1995, https://doi.org/10.1162/neco.1995.7.1.108',
  shorthand: 'deviation',
  knobs: z.strictObject({
    deviation: z.number().min(0).max(10).default(0.1).describe('its standard deviation, on the normalized scale'),
  }),
  continuous: ['deviation'],
  augment: (batch, _, { deviation }, { normal }) => ({
    ...batch,
    inputs: tf.add(batch.inputs, tf.mul(normal(batch.inputs.shape), deviation!)),
  }),
});
