/** Glorot (Xavier) uniform: limit = sqrt(6 / (fan in + fan out)). Keras: GlorotUniform. */
import { z } from 'zod';
import { drawUniform, fans, initializer } from './initializer.ts';

export const glorotUniform = initializer({
  name: 'glorotUniform',
  summary: 'Xavier: uniform with variance 2 / (fan in + fan out)',
  paper: 'Glorot & Bengio 2010, https://proceedings.mlr.press/v9/glorot10a.html',
  knobs: z.strictObject({}),
  create: () => (shape, rng) => {
    const { fanIn, fanOut } = fans(shape);
    return drawUniform(shape, rng, Math.sqrt(6 / (fanIn + fanOut)));
  },
});
