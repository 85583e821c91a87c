/** Softplus: log(1 + e^x), a smooth relu. */
import { z } from 'zod';
import { softplus as native } from '../../backend/native-ops/softplus.ts';
import { tf } from '../../backend/tf.ts';
import { activation } from './activation.ts';

export const softplus = activation({
  name: 'softplus',
  summary: 'log(1 + e^x), a smooth relu',
  paper: 'Dugas et al. 2001, "Incorporating second-order functional knowledge for better option pricing"',
  knobs: z.strictObject({}),
  apply: native,
  toKeras: () => [tf.layers.activation({ activation: 'softplus' })],
});
