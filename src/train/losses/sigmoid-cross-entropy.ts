/**
 * One yes or no for each class, from logits: the mean over the classes of the cross-entropy of sigmoid(logit) and whether
 * it is the right class. Keras: BinaryCrossentropy(from_logits=True) with one-hot targets.
 */
import { z } from 'zod';
import { mean } from '../../backend/native-ops/mean.ts';
import { sigmoidCrossEntropy as native } from '../../backend/native-ops/sigmoid-cross-entropy.ts';
import { labelSmoothingKnob, oneHot, smoothedLabels } from './knobs.ts';
import { loss } from './loss.ts';

export const sigmoidCrossEntropy = loss({
  name: 'sigmoidCrossEntropy',
  summary: 'each class by itself: cross-entropy of its sigmoid and whether it is the right one',
  paper: 'Rifkin & Klautau 2004 (one against all), https://jmlr.org/papers/v5/rifkin04a.html',
  shorthand: 'labelSmoothing',
  knobs: z.strictObject({ labelSmoothing: labelSmoothingKnob }),
  continuous: ['labelSmoothing'],
  task: 'classification',
  perExample: (logits, classes) => mean(native(logits, oneHot(logits, classes)), -1),
  training(logits, classes, { labelSmoothing }) {
    const labels = labelSmoothing ? smoothedLabels(logits, classes, labelSmoothing, 1 / 2) : oneHot(logits, classes);
    return mean(native(logits, labels), -1);
  },
});
