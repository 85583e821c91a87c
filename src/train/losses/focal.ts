/**
 * Focal loss: cross-entropy, less for examples that are nearly right: -(1 - p)^gamma log p for the probability p of the
 * right class, from logits. Lin et al. 2017, https://arxiv.org/abs/1708.02002. Keras: CategoricalFocalCrossentropy with
 * alpha 1.
 */
import { z } from 'zod';
import { sparseSoftmaxCrossEntropy } from '../../backend/native-ops/softmax-cross-entropy.ts';
import { tf } from '../../backend/tf.ts';
import { loss } from './loss.ts';

/** Where p is 1 the slope of a small power would be infinite. */
const smallest = 1e-7;

export const focal = loss({
  name: 'focal',
  summary: 'cross-entropy in which examples that are nearly right count less',
  paper: 'https://arxiv.org/abs/1708.02002',
  shorthand: 'gamma',
  knobs: z.strictObject({
    gamma: z.number().min(0).max(10).default(2).describe('how much less; 0: plain cross-entropy'),
  }),
  continuous: ['gamma'],
  task: 'classification',
  perExample(logits, classes, { gamma }) {
    const crossEntropy = sparseSoftmaxCrossEntropy(logits, classes);
    const wrong = tf.maximum(tf.neg(tf.expm1(tf.neg(crossEntropy))), smallest);
    return tf.mul(tf.pow(wrong, gamma!), crossEntropy);
  },
});
