/** All the same number. Keras: Constant. */
import { z } from 'zod';
import { sizeOf } from '../shape.ts';
import { initializer } from './initializer.ts';

export const constant = initializer({
  name: 'constant',
  summary: 'all the same number',
  shorthand: 'value',
  knobs: z.strictObject({ value: z.number().min(-1e6).max(1e6).default(0).describe('the number') }),
  continuous: ['value'],
  create:
    ({ value }) =>
    shape =>
      new Float32Array(sizeOf(shape)).fill(value),
});
