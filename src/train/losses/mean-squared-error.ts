/** Mean of the squared differences. Keras: MeanSquaredError. */
import { z } from 'zod';
import { mean } from '../../backend/native-ops/mean.ts';
import { tf } from '../../backend/tf.ts';
import { loss } from './loss.ts';

export const meanSquaredError = loss({
  name: 'meanSquaredError',
  summary: 'mean of the squared differences',
  paper: 'Gauss 1809, "Theoria motus corporum coelestium"',
  knobs: z.strictObject({}),
  task: 'regression',
  perExample: (outputs, targets) => mean(tf.square(tf.sub(outputs, targets)), -1),
});
