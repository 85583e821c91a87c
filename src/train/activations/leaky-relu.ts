/** Leaky rectified linear unit: x above 0, alpha x below. */
import { z } from 'zod';
import { leakyRelu as native } from '../../backend/native-ops/leaky-relu.ts';
import { tf } from '../../backend/tf.ts';
import { activation } from './activation.ts';

export const leakyRelu = activation({
  name: 'leakyRelu',
  summary: 'x above 0, alpha x below',
  paper: 'Maas et al. 2013, https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf',
  shorthand: 'alpha',
  knobs: z.strictObject({ alpha: z.number().min(0).max(1).default(0.01).describe('slope below 0') }),
  apply: (x, { alpha }) => native(x, alpha),
  toKeras: ({ alpha }) => [tf.layers.leakyReLU({ alpha })],
});
