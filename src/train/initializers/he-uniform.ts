/** He uniform: limit = sqrt(6 / fan in). Keras: HeUniform. */
import { z } from 'zod';
import { drawUniform, fans, initializer } from './initializer.ts';

export const heUniform = initializer({
  name: 'heUniform',
  summary: 'He: uniform with variance 2 / fan in',
  paper: 'https://arxiv.org/abs/1502.01852',
  knobs: z.strictObject({}),
  create: () => (shape, rng) => {
    return drawUniform(shape, rng, Math.sqrt(6 / fans(shape).fanIn));
  },
});
