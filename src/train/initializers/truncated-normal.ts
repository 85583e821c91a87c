/** Normal around `mean`, redrawn beyond two standard deviations, whatever the layer. Keras: TruncatedNormal. */
import { z } from 'zod';
import { draw, initializer, placeKnob, spreadKnob, truncated } from './initializer.ts';

export const truncatedNormal = initializer({
  name: 'truncatedNormal',
  summary: 'normal with a given deviation, without what lies beyond two of these',
  shorthand: 'stddev',
  knobs: z.strictObject({ mean: placeKnob(0, 'mean'), stddev: spreadKnob('standard deviation before the cut') }),
  continuous: ['mean', 'stddev'],
  create:
    ({ mean, stddev }) =>
    (shape, rng) =>
      draw(shape, () => mean + stddev * truncated(rng)),
});
