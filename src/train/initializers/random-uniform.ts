/** Uniform on [minval, maxval), whatever the layer. Keras: RandomUniform. */
import { z } from 'zod';
import { draw, initializer, placeKnob } from './initializer.ts';

export const randomUniform = initializer({
  name: 'randomUniform',
  summary: 'uniform between two numbers',
  knobs: z.strictObject({ minval: placeKnob(-0.05, 'lower end'), maxval: placeKnob(0.05, 'upper end') }),
  continuous: ['minval', 'maxval'],
  create:
    ({ minval, maxval }) =>
    (shape, rng) =>
      draw(shape, () => minval + (maxval - minval) * rng.uniform()),
});
