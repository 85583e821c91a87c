/** Hyperbolic tangent: (e^x - e^-x) / (e^x + e^-x). */
import { z } from 'zod';
import { tanh as native } from '../../backend/native-ops/tanh.ts';
import { tf } from '../../backend/tf.ts';
import { activation } from './activation.ts';

export const tanh = activation({
  name: 'tanh',
  summary: 'hyperbolic tangent',
  paper: 'LeCun et al. 1998, "Efficient BackProp"',
  knobs: z.strictObject({}),
  apply: native,
  toKeras: () => [tf.layers.activation({ activation: 'tanh' })],
});
