/** A convolution of each channel on its own, then one of 1x1 over all of them. Keras: SeparableConv2D. */
import { z } from 'zod';
import { tf, type TF } from '../../backend/tf.ts';
import { chooseInitializer } from '../initializers/initializer-knob.ts';
import { sizeOf } from '../shape.ts';
import { activated } from './activated.ts';
import { depthwiseKnobs, perChannel } from './depthwise-conv2d.ts';
import { biasSpecs, coefficientsOf, kernelCoefficients, kernelKnobs, kernelSpec, withBias } from './kernel.ts';
import { applyKeras, layer, type LayerPlan } from './layer.ts';
import { pair, windowOutput } from './window.ts';

export const separableConv2d = layer({
  name: 'separableConv2d',
  summary: 'convolution of each channel, then 1x1 over all',
  paper: 'Chollet 2017, https://arxiv.org/abs/1610.02357',
  shorthand: 'filters',
  knobs: z.strictObject({
    filters: z.int().min(1).max(8192).describe('number of output channels'),
    ...depthwiseKnobs(),
    ...kernelKnobs(),
  }),
  continuous: kernelCoefficients,
  plan(knobs, input, { followedBy }) {
    const kernelSize = pair(knobs.kernelSize);
    const { filters, padding, strides, depthMultiplier, useBias, kernelInitializer } = knobs;
    const window = { size: kernelSize, strides: pair(strides), padding };
    const [height, width, channels] = windowOutput('separableConv2d', input, window);
    const depthwise = [...kernelSize, channels, depthMultiplier];
    const pointwise = [1, 1, channels * depthMultiplier, filters];
    const plan: LayerPlan = {
      output: [height, width, filters],
      weights: [
        {
          ...kernelSpec('depthwiseKernel', knobs, depthwise, followedBy),
          // No activation comes between the two.
          initialize: perChannel(chooseInitializer(kernelInitializer, 'linear')),
        },
        kernelSpec('pointwiseKernel', knobs, pointwise, followedBy),
        ...biasSpecs(knobs, filters),
      ],
      statistics: [],
      hyper: coefficientsOf(knobs),
      flops: 2 * height * width * (sizeOf(depthwise) + sizeOf(pointwise)),
      apply(x, { weights: [first, second, b] }) {
        const [image, each, all] = [x, first!, second!] as ReturnType<TF['tensor4d']>[];
        const convolved = tf.conv2d(tf.depthwiseConv2d(image!, each!, strides, padding), all!, 1, 'valid');
        return withBias(convolved, b);
      },
      toKeras: (x, { weights }) =>
        applyKeras(
          tf.layers.separableConv2d({ filters, kernelSize, strides, padding, depthMultiplier, useBias }),
          x,
          weights,
        ),
    };
    return activated(plan, knobs.activation);
  },
});
