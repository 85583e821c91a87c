/** Two-dimensional convolution over [height, width, channels]. Keras: Conv2D. */
import { z } from 'zod';
import { biasAdd } from '../../backend/native-ops/bias-add.ts';
import { tf, type TF } from '../../backend/tf.ts';
import { activationKnob } from '../activations/activation-knob.ts';
import { chooseInitializer, initializerKnob } from '../initializers/initializer-knob.ts';
import { zeros } from '../initializers/zeros.ts';
import { pair, paddingKnob, sizeKnob, windowOutput } from './window.ts';
import { layer } from './layer.ts';

export const conv2d = layer({
  name: 'conv2d',
  summary: 'two-dimensional convolution',
  paper: 'LeCun et al. 1989, https://doi.org/10.1162/neco.1989.1.4.541',
  shorthand: 'filters',
  knobs: z.strictObject({
    filters: z.int().min(1).max(8192).describe('number of output channels'),
    kernelSize: sizeKnob().default(3).describe('height and width of the kernel: 3 or [3, 5]'),
    strides: sizeKnob().default(1).describe('step of the kernel: 1 or [1, 2]'),
    padding: paddingKnob(),
    activation: activationKnob(),
    kernelInitializer: initializerKnob(),
    useBias: z.boolean().default(true).describe('add a learned offset per filter'),
  }),
  plan(knobs, input, followedBy) {
    const kernelSize = pair(knobs.kernelSize);
    const strides = pair(knobs.strides);
    const { padding, filters, useBias } = knobs;
    const [height, width, channels] = windowOutput('conv2d', input, { size: kernelSize, strides, padding });
    const { technique: activation, knobs: activationKnobs } = knobs.activation;
    const initializer = chooseInitializer(
      knobs.kernelInitializer,
      activation.name === 'linear' ? followedBy : activation.name,
    );
    const kernel = { name: 'kernel', shape: [...kernelSize, channels, filters], initialize: initializer, decays: true };
    const bias = { name: 'bias', shape: [filters], initialize: zeros.create({}), decays: false };
    return {
      output: [height, width, filters],
      weights: useBias ? [kernel, bias] : [kernel],
      statistics: [],
      hyper: {},
      apply(x, { weights: [w, b] }) {
        const image = x as ReturnType<TF['tensor4d']>;
        const convolved = tf.conv2d(image, w as typeof image, strides, padding);
        return { output: activation.apply(b ? biasAdd(convolved, b) : convolved, activationKnobs), statistics: [] };
      },
      toKeras: () => [
        {
          layer: tf.layers.conv2d({ filters, kernelSize, strides, padding, useBias }),
          tensors: useBias ? [0, 1] : [0],
        },
        ...activation.toKeras(activationKnobs).map(made => ({ layer: made, tensors: [] })),
      ],
    };
  },
});
