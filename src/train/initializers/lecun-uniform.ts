/** LeCun uniform: limit = sqrt(3 / fan in). Keras: LecunUniform. */
import { z } from 'zod';
import { drawUniform, fans, initializer } from './initializer.ts';

export const lecunUniform = initializer({
  name: 'lecunUniform',
  summary: 'LeCun: uniform with variance 1 / fan in',
  paper: 'LeCun et al. 1998, "Efficient BackProp"',
  knobs: z.strictObject({}),
  create: () => (shape, rng) => drawUniform(shape, rng, Math.sqrt(3 / fans(shape).fanIn)),
});
