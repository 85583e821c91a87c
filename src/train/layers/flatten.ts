/** All values of an example in one vector. Keras: Flatten. */
import { z } from 'zod';
import { tf } from '../../backend/tf.ts';
import { layer, weightless } from './layer.ts';

export const flatten = layer({
  name: 'flatten',
  summary: 'all values of an example in one vector',
  knobs: z.strictObject({}),
  plan(_, input) {
    const length = input.reduce((product, side) => product * side, 1);
    return weightless(
      [length],
      x => tf.reshape(x, [-1, length]),
      () => tf.layers.flatten(),
    );
  },
});
