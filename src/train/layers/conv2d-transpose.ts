/** Transposed convolution: spreads each pixel over a window, so images grow by the strides. Keras: Conv2DTranspose. */
import { z } from 'zod';
import { conv2dTranspose as transposed } from '../../backend/native-ops/conv2d-transpose.ts';
import { tf } from '../../backend/tf.ts';
import { sizeOf } from '../shape.ts';
import { activated } from './activated.ts';
import { kernelCoefficients, kernelKnobs, kernelWeights, withBias } from './kernel.ts';
import { applyKeras, layer, type LayerPlan } from './layer.ts';
import { convolutionKnobs, imageShape, pair } from './window.ts';

export const conv2dTranspose = layer({
  name: 'conv2dTranspose',
  summary: 'transposed convolution: images grow by the strides',
  paper: 'Zeiler et al. 2010, https://doi.org/10.1109/CVPR.2010.5539957',
  shorthand: 'filters',
  knobs: z.strictObject({
    ...convolutionKnobs('how many times as large the image becomes: 2 or [1, 2]'),
    ...kernelKnobs(),
  }),
  continuous: kernelCoefficients,
  plan(knobs, input, place) {
    const kernelSize = pair(knobs.kernelSize);
    const strides = pair(knobs.strides);
    const { padding, filters, useBias } = knobs;
    const [height, width, channels] = imageShape('conv2dTranspose', input);
    const grown = (length: number, axis: 0 | 1): number =>
      length * strides[axis] + (padding === 'same' ? 0 : Math.max(kernelSize[axis] - strides[axis], 0));
    const size: [number, number] = [grown(height, 0), grown(width, 1)];
    const kernel = [...kernelSize, filters, channels];
    const plan: LayerPlan = {
      output: [...size, filters],
      ...kernelWeights(knobs, kernel, filters, place),
      flops: 2 * height * width * sizeOf(kernel),
      apply(x, { weights: [w, b] }) {
        const output = transposed(x, w!, { size, strides, padding });
        return withBias(output, b);
      },
      toKeras: (x, { weights }) =>
        applyKeras(tf.layers.conv2dTranspose({ filters, kernelSize, strides, padding, useBias }), x, weights),
    };
    return activated(plan, knobs.activation);
  },
});
