/** He normal: deviation = sqrt(2 / fan in). Keras: HeNormal. */
import { z } from 'zod';
import { drawNormal, fans, initializer } from './initializer.ts';

export const heNormal = initializer({
  name: 'heNormal',
  summary: 'He: normal with variance 2 / fan in',
  paper: 'https://arxiv.org/abs/1502.01852',
  knobs: z.strictObject({}),
  create: () => (shape, rng) => {
    return drawNormal(shape, rng, Math.sqrt(2 / fans(shape).fanIn));
  },
});
