/** Parametric rectified linear unit: x above 0, a x below, with a slope a learned per unit or channel. Keras: PReLU. */
import { z } from 'zod';
import { relu } from '../../backend/native-ops/relu.ts';
import { tf } from '../../backend/tf.ts';
import type { Shape } from '../layers/layer.ts';
import { activation } from './activation.ts';

export const prelu = activation({
  name: 'prelu',
  summary: 'x above 0, a x below, with a learned per unit or channel',
  paper: 'https://arxiv.org/abs/1502.01852',
  knobs: z.strictObject({}),
  weights(_, input) {
    // As in the paper: slopes start at 0.25, and do not decay, which would make it relu.
    const initialize = (shape: Shape): Float32Array => new Float32Array(shape.at(-1)!).fill(0.25);
    return [{ name: 'slope', shape: [...ones(input), input.at(-1)!], initialize, decays: false }];
  },
  apply(x, _, [slope]) {
    const above = relu(x);
    return tf.add(above, tf.mul(slope!, tf.sub(x, above)));
  },
  toKeras: (_, input) => [tf.layers.prelu({ sharedAxes: ones(input).map((_, axis) => axis + 1) })],
});

/** Of the axes that share a slope: all but the last. */
function ones(input: Shape): number[] {
  return input.slice(0, -1).map(() => 1);
}
