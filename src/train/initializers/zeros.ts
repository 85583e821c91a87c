/** All 0. Keras: Zeros. */
import { z } from 'zod';
import { initializer } from './initializer.ts';

export const zeros = initializer({
  name: 'zeros',
  summary: 'all 0',
  knobs: z.strictObject({}),
  create: () => shape => new Float32Array(shape.reduce((product, side) => product * side, 1)).fill(0),
});
