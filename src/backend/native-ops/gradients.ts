/**
 * TensorFlow's gradients for tfjs's own functions, for models that call tf.relu, tf.add and their like. tfjs composes
 * these gradients from several ops, and that of a sum or mean from a constant as large as the input. The values are
 * equal, but where relu6 is 6 and selu is 0: there TensorFlow takes the slope of the other side.
 */
import type { GradConfig, NamedAttrMap } from '@tensorflow/tfjs';
import { tf, type Tensor } from '../tf.ts';
import { batchNormInferenceGradient } from './batch-norm.ts';
import { biasAddGradient } from './bias-add.ts';
import { firstOrder } from './differentiable.ts';
import { leakyReluGradient } from './leaky-relu.ts';
import { maxPoolGradient } from './max-pool.ts';
import { meanGradient, sumGradient } from './mean.ts';
import { relu6Gradient } from './relu6.ts';
import { reluGradient } from './relu.ts';
import { seluGradient } from './selu.ts';
import { sigmoidGradient } from './sigmoid.ts';
import { softplusGradient } from './softplus.ts';
import { tanhGradient } from './tanh.ts';

/**
 * @param run takes its gradients before it returns
 * @throws Error where `run` takes a gradient of a gradient
 */
export function withNativeGradients<T>(run: () => T): T {
  const native = nativeGradients();
  const originals = native.map(({ kernelName }) => tf.getGradient(kernelName));
  try {
    register(native);
    return run();
  } finally {
    register(originals);
  }
}

function register(gradients: readonly GradConfig[]): void {
  for (const gradient of gradients) {
    tf.unregisterGradient(gradient.kernelName);
    tf.registerGradient(gradient);
  }
}

function nativeGradients(): GradConfig[] {
  return [
    ofOutput('Relu', reluGradient),
    ofOutput('Relu6', relu6Gradient),
    ofOutput('Selu', seluGradient),
    ofOutput('Sigmoid', sigmoidGradient),
    ofOutput('Tanh', tanhGradient),
    ofInput('Softplus', softplusGradient),
    ofInput('LeakyRelu', (dy, x, { alpha }) => leakyReluGradient(dy, x, alpha as number)),
    ofInput('Sum', (dy, x, { axis }) => sumGradient(dy, x.shape, axis as number[])),
    ofInput('Mean', (dy, x, { axis }) => meanGradient(dy, x.shape, axis as number[])),
    addGradient(tf.getGradient('Add')),
    batchNormGradient(tf.getGradient('FusedBatchNorm')),
    maxPoolGradient(tf.getGradient('MaxPool')),
    ofParts(tf.getGradient('SplitV')),
    ofParts(tf.getGradient('Unpack')),
  ];
}

function ofOutput(kernelName: string, gradient: (dy: Tensor, y: Tensor) => Tensor): GradConfig {
  return {
    kernelName,
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({ x: () => firstOrder(() => gradient(dy as Tensor, y!)) }),
  };
}

function ofInput(kernelName: string, gradient: (dy: Tensor, x: Tensor, knobs: NamedAttrMap) => Tensor): GradConfig {
  return {
    kernelName,
    inputsToSave: ['x'],
    gradFunc: (dy, [x], knobs) => ({ x: () => firstOrder(() => gradient(dy as Tensor, x!, knobs)) }),
  };
}

/** Of one part alone tfjs hands on the gradient bare, where these originals expect a list. */
function ofParts(original: GradConfig): GradConfig {
  return { ...original, gradFunc: (dy, ...rest) => original.gradFunc([dy].flat() as never, ...rest) };
}

/** The two usual cases, nothing broadcast and a bias along the last axis; the original does the others. */
function addGradient(original: GradConfig): GradConfig {
  return {
    ...original,
    gradFunc(dy, saved, attributes) {
      const sum = dy as Tensor;
      const ofTerm =
        (name: 'a' | 'b', { shape }: Tensor) =>
        () => {
          if (tf.util.arraysEqual(shape, sum.shape)) return sum.clone();
          if (!isBias(shape, sum.shape)) return original.gradFunc(dy, saved, attributes)[name]!();
          return firstOrder(() => tf.reshape(biasAddGradient(sum), shape));
        };
      const [a, b] = saved;
      return { a: ofTerm('a', a!), b: ofTerm('b', b!) };
    },
  };
}

/** Whether a shape is [channels], or [1, ..., 1, channels], of [..., channels]. */
function isBias(shape: number[], sum: readonly number[]): boolean {
  return sum.length > 1 && shape.at(-1) === sum.at(-1) && tf.util.sizeFromShape(shape) === shape.at(-1);
}

/** Two passes over the batch in place of a dozen. */
function batchNormGradient(original: GradConfig): GradConfig {
  return {
    ...original,
    gradFunc(dy, saved, attributes) {
      const [x, mean, variance, scale] = saved as [Tensor, Tensor, Tensor, Tensor];
      if (mean.rank !== 1) return original.gradFunc(dy, saved, attributes);
      const epsilon = attributes['varianceEpsilon'] as number;
      const [dx, dScale, dOffset, dMean, dVariance] = firstOrder(() =>
        batchNormInferenceGradient(dy as Tensor, [x, scale, mean, variance], epsilon),
      );
      return {
        x: () => dx!,
        mean: () => dMean!,
        variance: () => dVariance!,
        scale: () => dScale!,
        offset: () => dOffset!,
      };
    },
  };
}
