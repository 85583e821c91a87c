/** Layers that multiply their input by noise in training, and leave it as it is at inference. */
import type * as TensorFlow from '@tensorflow/tfjs';
import { tf, type Tensor } from '../../backend/tf.ts';
import { applyKeras, type LayerPlan, type Pass, type Shape } from './layer.ts';

/**
 * @param factors fresh ones for a tensor of the given shape; their mean is 1
 * @param keras the same as a tfjs layer
 */
export function noise(
  rate: number,
  input: Shape,
  factors: (shape: Shape, rate: Tensor, pass: Pass) => Tensor,
  keras: () => TensorFlow.layers.Layer,
): LayerPlan {
  return {
    output: input,
    weights: [],
    statistics: [],
    hyper: { rate },
    flops: 0,
    apply(x, pass) {
      if (!pass.training) return { output: x, statistics: [] };
      return { output: tf.mul(x, factors(x.shape, pass.hyper['rate']!, pass)), statistics: [] };
    },
    toKeras: x => applyKeras(keras(), x),
  };
}
