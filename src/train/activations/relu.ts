/** Rectified linear unit: max(0, x). */
import { z } from 'zod';
import { relu as native } from '../../backend/native-ops/relu.ts';
import { tf } from '../../backend/tf.ts';
import { activation } from './activation.ts';

export const relu = activation({
  name: 'relu',
  summary: 'max(0, x)',
  paper: 'Nair & Hinton 2010, https://icml.cc/Conferences/2010/papers/432.pdf',
  knobs: z.strictObject({}),
  apply: native,
  toKeras: () => [tf.layers.activation({ activation: 'relu' })],
});
