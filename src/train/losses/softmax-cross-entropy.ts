/** Minus the log probability of the right class, from logits. Keras: SparseCategoricalCrossentropy(from_logits=True). */
import { z } from 'zod';
import { sparseSoftmaxCrossEntropy } from '../../backend/native-ops/softmax-cross-entropy.ts';
import { loss } from './loss.ts';

export const softmaxCrossEntropy = loss({
  name: 'softmaxCrossEntropy',
  summary: 'minus the log probability of the right class',
  paper: 'Bridle 1990, https://doi.org/10.1007/978-3-642-76153-9_28',
  knobs: z.strictObject({}),
  task: 'classification',
  perExample: (logits, classes) => sparseSoftmaxCrossEntropy(logits, classes),
});
