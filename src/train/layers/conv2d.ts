/** Two-dimensional convolution over [height, width, channels]. Keras: Conv2D. */
import { z } from 'zod';
import { tf, type TF } from '../../backend/tf.ts';
import { sizeOf } from '../shape.ts';
import { activated } from './activated.ts';
import { kernelCoefficients, kernelKnobs, kernelWeights, withBias } from './kernel.ts';
import { applyKeras, layer, type LayerPlan } from './layer.ts';
import { convolutionKnobs, pair, windowOutput } from './window.ts';

export const conv2d = layer({
  name: 'conv2d',
  summary: 'two-dimensional convolution',
  paper: 'LeCun et al. 1989, https://doi.org/10.1162/neco.1989.1.4.541',
  shorthand: 'filters',
  knobs: z.strictObject({
    ...convolutionKnobs('step of the kernel: 1 or [1, 2]'),
    ...kernelKnobs(),
  }),
  continuous: kernelCoefficients,
  plan(knobs, input, place) {
    const kernelSize = pair(knobs.kernelSize);
    const strides = pair(knobs.strides);
    const { padding, filters, useBias } = knobs;
    const [height, width, channels] = windowOutput('conv2d', input, { size: kernelSize, strides, padding });
    const kernel = [...kernelSize, channels, filters];
    const plan: LayerPlan = {
      output: [height, width, filters],
      ...kernelWeights(knobs, kernel, filters, place),
      flops: 2 * height * width * sizeOf(kernel),
      apply(x, { weights: [w, b] }) {
        const image = x as ReturnType<TF['tensor4d']>;
        const convolved = tf.conv2d(image, w as typeof image, strides, padding);
        return withBias(convolved, b);
      },
      toKeras: (x, { weights }) =>
        applyKeras(tf.layers.conv2d({ filters, kernelSize, strides, padding, useBias }), x, weights),
    };
    return activated(plan, knobs.activation);
  },
});
