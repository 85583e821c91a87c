/** Normal around `mean`, whatever the layer. Keras: RandomNormal. */
import { z } from 'zod';
import { draw, initializer, placeKnob, spreadKnob } from './initializer.ts';

export const randomNormal = initializer({
  name: 'randomNormal',
  summary: 'normal with a given deviation',
  shorthand: 'stddev',
  knobs: z.strictObject({ mean: placeKnob(0, 'mean'), stddev: spreadKnob('standard deviation') }),
  continuous: ['mean', 'stddev'],
  create:
    ({ mean, stddev }) =>
    (shape, rng) =>
      draw(shape, () => mean + stddev * rng.normal()),
});
