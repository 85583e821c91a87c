/** Logistic function: 1 / (1 + e^-x). */
import { z } from 'zod';
import { sigmoid as native } from '../../backend/native-ops/sigmoid.ts';
import { tf } from '../../backend/tf.ts';
import { activation } from './activation.ts';

export const sigmoid = activation({
  name: 'sigmoid',
  summary: '1 / (1 + e^-x)',
  paper: 'Rumelhart et al. 1986, https://doi.org/10.1038/323533a0',
  knobs: z.strictObject({}),
  apply: native,
  toKeras: () => [tf.layers.activation({ activation: 'sigmoid' })],
});
