/** A two-dimensional convolution of each channel on its own. Keras: DepthwiseConv2D. */
import { z } from 'zod';
import { tf, type TF } from '../../backend/tf.ts';
import type { Initialize } from '../initializers/initializer.ts';
import { sizeOf } from '../shape.ts';
import { activated } from './activated.ts';
import { biasSpecs, coefficientsOf, kernelCoefficients, kernelKnobs, kernelSpec, withBias } from './kernel.ts';
import { applyKeras, layer, type LayerPlan } from './layer.ts';
import { pair, paddingKnob, sizeKnob, windowOutput } from './window.ts';

export const depthwiseConv2d = layer({
  name: 'depthwiseConv2d',
  summary: 'convolution of each channel on its own',
  paper: 'Howard et al. 2017, https://arxiv.org/abs/1704.04861',
  shorthand: 'kernelSize',
  knobs: z.strictObject({
    ...depthwiseKnobs(),
    ...kernelKnobs(),
  }),
  continuous: kernelCoefficients,
  plan(knobs, input, { followedBy }) {
    const kernelSize = pair(knobs.kernelSize);
    const { padding, strides, depthMultiplier, useBias } = knobs;
    const window = { size: kernelSize, strides: pair(strides), padding };
    const [height, width, channels] = windowOutput('depthwiseConv2d', input, window);
    const outputs = channels * depthMultiplier;
    const kernel = [...kernelSize, channels, depthMultiplier];
    const spec = kernelSpec('depthwiseKernel', knobs, kernel, followedBy);
    const weights = [{ ...spec, initialize: perChannel(spec.initialize) }, ...biasSpecs(knobs, outputs)];
    const plan: LayerPlan = {
      output: [height, width, outputs],
      weights,
      statistics: [],
      hyper: coefficientsOf(knobs),
      flops: 2 * height * width * sizeOf(kernel),
      apply(x, { weights: [w, b] }) {
        const image = x as ReturnType<TF['tensor4d']>;
        const convolved = tf.depthwiseConv2d(image, w as typeof image, strides, padding);
        return withBias(convolved, b);
      },
      toKeras: (x, { weights }) =>
        applyKeras(tf.layers.depthwiseConv2d({ kernelSize, strides, padding, depthMultiplier, useBias }), x, weights),
    };
    return activated(plan, knobs.activation);
  },
});

/** Knobs of convolutions that begin channel by channel. */
export function depthwiseKnobs() {
  return {
    kernelSize: sizeKnob().default(3).describe('height and width of the kernel: 3 or [3, 5]'),
    // TensorFlow has no kernel for two different ones.
    strides: z.int().min(1).max(1024).default(1).describe('step of the kernel, down and to the right'),
    padding: paddingKnob(),
    depthMultiplier: z.int().min(1).max(64).default(1).describe('outputs of each channel'),
  };
}

/** First values of a kernel [height, width, channels, outputs], whose units see one channel each. */
export function perChannel(initialize: Initialize): Initialize {
  return ([height, width, channels, outputs], rng) => {
    const kernel = new Float32Array(height! * width! * channels! * outputs!);
    for (let channel = 0; channel < channels!; channel++)
      initialize([height!, width!, 1, outputs!], rng.fork('channel', channel)).forEach((value, index) => {
        const place = Math.floor(index / outputs!);
        kernel[(place * channels! + channel) * outputs! + (index % outputs!)] = value;
      });
    return kernel;
  };
}
