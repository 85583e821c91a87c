/**
 * Minus the log probability of the right class, from logits. Keras: SparseCategoricalCrossentropy(from_logits=True);
 * with label smoothing CategoricalCrossentropy(from_logits=True, label_smoothing).
 */
import { z } from 'zod';
import {
  softmaxCrossEntropy as native,
  sparseSoftmaxCrossEntropy,
} from '../../backend/native-ops/softmax-cross-entropy.ts';
import { labelSmoothingKnob, smoothedLabels } from './knobs.ts';
import { loss } from './loss.ts';

export const softmaxCrossEntropy = loss({
  name: 'softmaxCrossEntropy',
  summary: 'minus the log probability of the right class',
  paper: 'Bridle 1990, https://doi.org/10.1007/978-3-642-76153-9_28',
  shorthand: 'labelSmoothing',
  knobs: z.strictObject({ labelSmoothing: labelSmoothingKnob }),
  continuous: ['labelSmoothing'],
  task: 'classification',
  perExample: sparseSoftmaxCrossEntropy,
  training: (logits, classes, { labelSmoothing }) =>
    labelSmoothing
      ? native(logits, smoothedLabels(logits, classes, labelSmoothing, 1 / logits.shape.at(-1)!))
      : sparseSoftmaxCrossEntropy(logits, classes),
});
