/** The values of an example in another shape. Keras: Reshape. */
import { z } from 'zod';
import { tf } from '../../backend/tf.ts';
import { TuneError } from '../../errors.ts';
import { sizeOf } from '../shape.ts';
import { layer, weightless, type Shape } from './layer.ts';

export const reshape = layer({
  name: 'reshape',
  summary: 'the values of an example in another shape',
  shorthand: 'targetShape',
  knobs: z.strictObject({
    targetShape: z
      .array(z.union([z.literal(-1), z.int().min(1).max(1_000_000)]))
      .describe('shape of an example: [4, 4, 8]; one side may be -1: what the others leave'),
  }),
  keepsSign: true,
  plan({ targetShape }, input) {
    const shape = filledIn(targetShape, input);
    return weightless(
      shape,
      x => tf.reshape(x, [-1, ...shape]),
      () => tf.layers.reshape({ targetShape: [...shape] }),
    );
  },
});

function filledIn(target: Shape, input: Shape): number[] {
  const size = sizeOf(input);
  const known = target.filter(side => side !== -1);
  const shape = target.map(side => (side === -1 ? size / sizeOf(known) : side));
  const isOneOpen = target.length - known.length <= 1;
  if (isOneOpen && sizeOf(shape) === size && shape.every(Number.isInteger)) return shape;
  throw new TuneError('MODEL_INVALID', {
    message: `reshape to [${target.join(', ')}] got examples of shape [${input.join(', ')}]`,
    expected: `a shape of ${size} values, with -1 in one place at most`,
  });
}
