/** What an activation function is. */
import type * as TensorFlow from '@tensorflow/tfjs';
import type { Tensor } from '../../backend/tf.ts';
import type { Technique } from '../../space/technique.ts';
import type { Shape, WeightSpec } from '../layers/layer.ts';

export interface Activation<Knobs = any> extends Technique<Knobs> {
  /** What it learns, for an input of this shape. Default: nothing. */
  weights?(knobs: Knobs, input: Shape): readonly WeightSpec[];
  /**
   * Shape of its output. Default: that of its input.
   * @throws TuneError MODEL_INVALID where it does not fit the input
   */
  output?(knobs: Knobs, input: Shape): Shape;
  apply(x: Tensor, knobs: Knobs, weights: readonly Tensor[]): Tensor;
  /** The same function as tfjs layers, the first of which has the weights; none for the identity. */
  toKeras(knobs: Knobs, input: Shape): readonly TensorFlow.layers.Layer[];
}

/** Checks a definition's types; the identity at run time. */
export function activation<Knobs>(definition: Activation<Knobs>): Activation<Knobs> {
  return definition;
}
