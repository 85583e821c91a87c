/**
 * Weights of fewer bits: each tensor as whole numbers from its smallest to its largest value, or as short floating point
 * numbers. Jacob et al. 2018, https://arxiv.org/abs/1712.05877.
 */
import { z } from 'zod';
import { compression } from './compression.ts';
import { quantized } from './quantized-weights.ts';

export const quantize = compression({
  name: 'quantize',
  summary: 'weights of 8 bits (or 16) in place of 32',
  paper: 'https://arxiv.org/abs/1712.05877',
  shorthand: 'type',
  knobs: z.strictObject({
    type: z.enum(['uint8', 'uint16', 'float16']).default('uint8').describe('what a weight becomes in the file'),
  }),
  // From here on the model computes with what the file can say.
  compress: (model, { type }) =>
    Promise.resolve({ ...model, weights: model.weights.map(tensor => quantized(tensor, type)), storage: type }),
});
