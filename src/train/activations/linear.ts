/** No activation: the identity. */
import { z } from 'zod';
import { activation } from './activation.ts';

export const linear = activation({
  name: 'linear',
  summary: 'the identity',
  knobs: z.strictObject({}),
  apply: x => x,
  toKeras: () => [],
});
