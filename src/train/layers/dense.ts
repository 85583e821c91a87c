/** Fully connected layer: activation(x W + b). Keras: Dense. */
import { z } from 'zod';
import { biasAdd } from '../../backend/native-ops/bias-add.ts';
import { tf } from '../../backend/tf.ts';
import { TuneError } from '../../errors.ts';
import { activationKnob } from '../activations/activation-knob.ts';
import { chooseInitializer, initializerKnob } from '../initializers/initializer-knob.ts';
import { zeros } from '../initializers/zeros.ts';
import { layer } from './layer.ts';

export const dense = layer({
  name: 'dense',
  summary: 'fully connected layer',
  paper: 'Rosenblatt 1958, "The perceptron"',
  shorthand: 'units',
  knobs: z.strictObject({
    units: z.int().min(1).max(65_536).describe('width of the layer'),
    activation: activationKnob(),
    kernelInitializer: initializerKnob(),
    useBias: z.boolean().default(true).describe('add a learned offset per unit'),
  }),
  plan(knobs, input, followedBy) {
    const [features] = input;
    if (features === undefined || input.length !== 1)
      throw new TuneError('MODEL_INVALID', {
        message: `dense got examples of shape [${input.join(', ')}]`,
        expected: 'one dimension: put "flatten" before it',
      });
    const { technique: activation, knobs: activationKnobs } = knobs.activation;
    const initializer = chooseInitializer(
      knobs.kernelInitializer,
      activation.name === 'linear' ? followedBy : activation.name,
    );
    const kernel = { name: 'kernel', shape: [features, knobs.units], initialize: initializer, decays: true };
    const bias = { name: 'bias', shape: [knobs.units], initialize: zeros.create({}), decays: false };
    return {
      output: [knobs.units],
      weights: knobs.useBias ? [kernel, bias] : [kernel],
      statistics: [],
      hyper: {},
      apply(x, { weights: [w, b] }) {
        const product = tf.matMul(x, w!);
        return { output: activation.apply(b ? biasAdd(product, b) : product, activationKnobs), statistics: [] };
      },
      toKeras: () => [
        {
          layer: tf.layers.dense({ units: knobs.units, useBias: knobs.useBias }),
          tensors: knobs.useBias ? [0, 1] : [0],
        },
        ...activation.toKeras(activationKnobs).map(made => ({ layer: made, tensors: [] })),
      ],
    };
  },
});
