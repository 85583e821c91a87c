/**
 * 8-bit weights: w = scale q + minimum with whole q from 0 to 255, one scale and minimum for each tensor. Jacob et al.
 * 2018, https://arxiv.org/abs/1712.05877; the format of tfjs's converter, so tf.loadLayersModel reads it.
 */
import { z } from 'zod';
import { compression } from './compression.ts';

export const quantize = compression({
  name: 'quantize',
  summary: 'weights of 8 bits in place of 32',
  paper: 'https://arxiv.org/abs/1712.05877',
  knobs: z.strictObject({}),
  compress: model => Promise.resolve({ ...model, storage: 'uint8' }),
});
