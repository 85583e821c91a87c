/** All 1. Keras: Ones. */
import { z } from 'zod';
import { initializer } from './initializer.ts';

export const ones = initializer({
  name: 'ones',
  summary: 'all 1',
  knobs: z.strictObject({}),
  create: () => shape => new Float32Array(shape.reduce((product, side) => product * side, 1)).fill(1),
});
