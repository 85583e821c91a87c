/** Glorot (Xavier) normal: deviation = sqrt(2 / (fan in + fan out)). Keras: GlorotNormal. */
import { z } from 'zod';
import { drawNormal, fans, initializer } from './initializer.ts';

export const glorotNormal = initializer({
  name: 'glorotNormal',
  summary: 'Xavier: normal with variance 2 / (fan in + fan out)',
  paper: 'Glorot & Bengio 2010, https://proceedings.mlr.press/v9/glorot10a.html',
  knobs: z.strictObject({}),
  create: () => (shape, rng) => {
    const { fanIn, fanOut } = fans(shape);
    return drawNormal(shape, rng, Math.sqrt(2 / (fanIn + fanOut)));
  },
});
