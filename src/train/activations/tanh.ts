/** Hyperbolic tangent: (e^x - e^-x) / (e^x + e^-x). */
import { z } from 'zod';
import { tf } from '../../backend/tf.ts';
import { activation } from './activation.ts';

export const tanh = activation({
  name: 'tanh',
  summary: 'hyperbolic tangent',
  paper: 'LeCun et al. 1998, "Efficient BackProp"',
  knobs: z.strictObject({}),
  apply: x => tf.tanh(x),
  toKeras: () => [tf.layers.activation({ activation: 'tanh' })],
});
