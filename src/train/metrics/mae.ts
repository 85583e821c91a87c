/** Mean absolute error in the units of the data. Keras: MeanAbsoluteError. */
import { tf } from '../../backend/tf.ts';
import type { Metric } from './metric.ts';

export const mae: Metric = {
  name: 'mae',
  task: 'regression',
  perExample: (outputs, targets, targetScale) => tf.mean(tf.abs(tf.mul(tf.sub(outputs, targets), targetScale)), -1),
};
