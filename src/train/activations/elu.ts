/** Exponential linear unit: x above 0, e^x - 1 below. */
import { z } from 'zod';
import { elu as native } from '../../backend/native-ops/elu.ts';
import { tf } from '../../backend/tf.ts';
import { activation } from './activation.ts';

export const elu = activation({
  name: 'elu',
  summary: 'x above 0, e^x - 1 below',
  paper: 'https://arxiv.org/abs/1511.07289',
  knobs: z.strictObject({}),
  apply: native,
  toKeras: () => [tf.layers.activation({ activation: 'elu' })],
});
