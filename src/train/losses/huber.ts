/**
 * Huber loss: e^2 / 2 up to |e| = delta, and delta |e| - delta^2 / 2 beyond, for the difference e; the mean over the
 * values. As q (|e| - q / 2) with q = min(|e|, delta), whose slope does not cancel. Huber 1964,
 * https://doi.org/10.1214/aoms/1177703732. Keras: Huber.
 */
import { z } from 'zod';
import { abs } from '../../backend/native-ops/abs.ts';
import { mean } from '../../backend/native-ops/mean.ts';
import { tf } from '../../backend/tf.ts';
import { loss } from './loss.ts';

export const huber = loss({
  name: 'huber',
  summary: 'squared for small differences, straight for large ones',
  paper: 'Huber 1964, https://doi.org/10.1214/aoms/1177703732',
  shorthand: 'delta',
  knobs: z.strictObject({
    delta: z.number().min(1e-6).max(1e6).default(1).describe('difference from which on the loss is a straight line'),
  }),
  continuous: ['delta'],
  task: 'regression',
  perExample(outputs, targets, { delta }) {
    const size = abs(tf.sub(outputs, targets));
    const bent = tf.minimum(size, delta!);
    return mean(tf.mul(bent, tf.sub(size, tf.mul(bent, 0.5))), -1);
  },
});
