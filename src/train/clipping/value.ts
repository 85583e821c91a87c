/** Each element of the gradient by itself: g <- min(max(g, -limit), limit). Keras: clipvalue. */
import { z } from 'zod';
import { tf } from '../../backend/tf.ts';
import { clipping, limitKnob } from './clipping.ts';

export const value = clipping({
  name: 'value',
  summary: 'each element of the gradient is kept from -limit to limit',
  paper: 'Mikolov 2012, "Statistical Language Models Based on Neural Networks"',
  shorthand: 'limit',
  knobs: z.strictObject({ limit: limitKnob('largest element') }),
  continuous: ['limit'],
  clip: (gradient, { limit }) => tf.minimum(tf.maximum(gradient, tf.neg(limit!)), limit!),
});
