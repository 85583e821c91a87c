/**
 * For targets that are feature vectors: 1 minus the cosine of the angle between output and target, from 0 to 2. A vector
 * of zeros has no direction: 1. Keras: CosineSimilarity, plus 1.
 */
import { z } from 'zod';
import { tf, type Tensor } from '../../backend/tf.ts';
import { loss } from './loss.ts';

/** Of a squared length. */
const smallest = 1e-12;

export const cosine = loss({
  name: 'cosine',
  summary: '1 minus the cosine of the angle between output and target vectors',
  paper: 'Salton et al. 1975, https://doi.org/10.1145/361219.361220',
  knobs: z.strictObject({}),
  task: 'regression',
  perExample: (outputs, targets) => tf.sub(1, tf.sum(tf.mul(direction(outputs), direction(targets)), -1)),
});

function direction(vectors: Tensor): Tensor {
  const squared = tf.sum(tf.square(vectors), -1, true);
  return tf.div(vectors, tf.sqrt(tf.maximum(squared, smallest)));
}
