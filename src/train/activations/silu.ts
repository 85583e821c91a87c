/** Sigmoid linear unit, or swish: x sigmoid(x). */
import { z } from 'zod';
import { sigmoid } from '../../backend/native-ops/sigmoid.ts';
import { tf } from '../../backend/tf.ts';
import { activation } from './activation.ts';

export const silu = activation({
  name: 'silu',
  summary: 'swish: x sigmoid(x)',
  paper: 'https://arxiv.org/abs/1702.03118',
  knobs: z.strictObject({}),
  apply: x => tf.mul(x, sigmoid(x)),
  toKeras: () => [tf.layers.activation({ activation: 'swish' })],
});
