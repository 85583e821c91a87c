/** Fully connected layer: activation(x W + b). Keras: Dense. */
import { z } from 'zod';
import { tf, type Tensor } from '../../backend/tf.ts';
import { TuneError } from '../../errors.ts';
import { activated } from './activated.ts';
import { kernelCoefficients, kernelKnobs, kernelWeights, withBias } from './kernel.ts';
import { applyKeras, layer, type Applied, type LayerPlan } from './layer.ts';

export const dense = layer({
  name: 'dense',
  summary: 'fully connected layer',
  paper: 'Rosenblatt 1958, "The perceptron"',
  shorthand: 'units',
  knobs: z.strictObject({ units: z.int().min(1).max(65_536).describe('width of the layer'), ...kernelKnobs() }),
  continuous: kernelCoefficients,
  plan(knobs, input, place) {
    const { units, useBias } = knobs;
    const [features] = input;
    if (features === undefined || input.length !== 1)
      throw new TuneError('MODEL_INVALID', {
        message: `dense got examples of shape [${input.join(', ')}]`,
        expected: 'one dimension: put "flatten" before it',
      });
    const plan: LayerPlan = {
      output: [units],
      ...kernelWeights(knobs, [features, units], units, place),
      flops: 2 * features * units,
      apply: (x, { weights: [w, b] }) => linear(x, w!, b),
      toKeras: (x, { weights }) => applyKeras(tf.layers.dense({ units, useBias }), x, weights),
    };
    return activated(plan, knobs.activation);
  },
});

/** x W + b, or with the transposed W. */
export function linear(x: Tensor, w: Tensor, b: Tensor | undefined, isTransposed = false): Applied {
  return withBias(tf.matMul(x, w, false, isTransposed), b);
}
