/** Mean squared error in the units of the data. Keras: MeanSquaredError. */
import { tf } from '../../backend/tf.ts';
import type { Metric } from './metric.ts';

export const mse: Metric = {
  name: 'mse',
  task: 'regression',
  perExample: (outputs, targets, targetScale) => tf.mean(tf.square(tf.mul(tf.sub(outputs, targets), targetScale)), -1),
};
