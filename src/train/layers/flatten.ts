/** All values of an example in one vector. Keras: Flatten. */
import { z } from 'zod';
import { tf } from '../../backend/tf.ts';
import { layer, weightless } from './layer.ts';
import { sizeOf } from '../shape.ts';

export const flatten = layer({
  name: 'flatten',
  summary: 'all values of an example in one vector',
  knobs: z.strictObject({}),
  keepsSign: true,
  plan(_, input) {
    const length = sizeOf(input);
    const plan = weightless(
      [length],
      x => tf.reshape(x, [-1, length]),
      () => tf.layers.flatten(),
    );
    // tfjs's layer refuses what is flat.
    return input.length === 1 ? { ...plan, toKeras: x => x } : plan;
  },
});
