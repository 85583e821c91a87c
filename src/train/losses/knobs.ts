/** Knobs that several losses share. */
import { z } from 'zod';
import { tf, type Tensor } from '../../backend/tf.ts';

export const labelSmoothingKnob = z
  .number()
  .min(0)
  .max(0.9)
  .optional()
  .describe('share of each target, in training alone, that goes to all classes alike; default: none');

/**
 * Szegedy et al. 2016, section 7, https://arxiv.org/abs/1512.00567.
 * @param logits [batch, classes]
 * @param classes [batch] int32
 * @param smoothing to the right class 1 less this, and this times `alike` to every one
 * @returns [batch, classes]
 */
export function smoothedLabels(logits: Tensor, classes: Tensor, smoothing: Tensor, alike: number): Tensor {
  return tf.add(tf.mul(oneHot(logits, classes), tf.sub(1, smoothing)), tf.mul(smoothing, alike));
}

/** 1 for the right class of each example, else 0. */
export function oneHot(logits: Tensor, classes: Tensor): Tensor {
  return tf.oneHot(classes as never, logits.shape.at(-1)!, 1, 0, 'float32');
}
