/** LeCun normal: deviation = sqrt(1 / fan in). Keras: LecunNormal. */
import { z } from 'zod';
import { drawNormal, fans, initializer } from './initializer.ts';

export const lecunNormal = initializer({
  name: 'lecunNormal',
  summary: 'LeCun: normal with variance 1 / fan in',
  paper: 'LeCun et al. 1998, "Efficient BackProp"',
  knobs: z.strictObject({}),
  create: () => (shape, rng) => drawNormal(shape, rng, Math.sqrt(1 / fans(shape).fanIn)),
});
