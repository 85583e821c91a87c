/** What an activation function is. */
import type * as TensorFlow from '@tensorflow/tfjs';
import type { Tensor } from '../../backend/tf.ts';
import type { Technique } from '../../space/technique.ts';

export interface Activation<Knobs = any> extends Technique<Knobs> {
  apply(x: Tensor, knobs: Knobs): Tensor;
  /** The same function as tfjs layers; none for the identity. */
  toKeras(knobs: Knobs): readonly TensorFlow.layers.Layer[];
}

/** Checks a definition's types; the identity at run time. */
export function activation<Knobs>(definition: Activation<Knobs>): Activation<Knobs> {
  return definition;
}
