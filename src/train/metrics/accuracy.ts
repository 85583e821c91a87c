/** Share of examples whose most probable class is the right one. Keras: SparseCategoricalAccuracy. */
import { tf } from '../../backend/tf.ts';
import type { Metric } from './metric.ts';

export const accuracy: Metric = {
  name: 'accuracy',
  task: 'classification',
  perExample: (logits, classes) => tf.cast(tf.equal(tf.argMax(logits, -1), classes), 'float32'),
};
