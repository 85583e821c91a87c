/** All 1. Keras: Ones. */
import { z } from 'zod';
import { initializer } from './initializer.ts';
import { sizeOf } from '../shape.ts';

export const ones = initializer({
  name: 'ones',
  summary: 'all 1',
  knobs: z.strictObject({}),
  create: () => shape => new Float32Array(sizeOf(shape)).fill(1),
});
