/** Scaled exponential linear unit: scale x above 0, scale alpha (e^x - 1) below; keeps mean 0 and variance 1. */
import { z } from 'zod';
import { selu as native } from '../../backend/native-ops/selu.ts';
import { tf } from '../../backend/tf.ts';
import { activation } from './activation.ts';

export const selu = activation({
  name: 'selu',
  summary: 'elu, scaled so that activations normalize themselves',
  paper: 'https://arxiv.org/abs/1706.02515',
  knobs: z.strictObject({}),
  apply: native,
  toKeras: () => [tf.layers.activation({ activation: 'selu' })],
});
