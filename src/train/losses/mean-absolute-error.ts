/** Mean of the absolute differences: outliers count less than squared. Keras: MeanAbsoluteError. */
import { z } from 'zod';
import { abs } from '../../backend/native-ops/abs.ts';
import { mean } from '../../backend/native-ops/mean.ts';
import { tf } from '../../backend/tf.ts';
import { loss } from './loss.ts';

export const meanAbsoluteError = loss({
  name: 'meanAbsoluteError',
  summary: 'mean of the absolute differences',
  paper: 'Laplace 1774, "Mémoire sur la probabilité des causes par les évènements"',
  knobs: z.strictObject({}),
  task: 'regression',
  perExample: (outputs, targets) => mean(abs(tf.sub(outputs, targets)), -1),
});
