/** All 0. Keras: Zeros. */
import { z } from 'zod';
import { initializer } from './initializer.ts';
import { sizeOf } from '../shape.ts';

export const zeros = initializer({
  name: 'zeros',
  summary: 'all 0',
  knobs: z.strictObject({}),
  create: () => shape => new Float32Array(sizeOf(shape)).fill(0),
});
