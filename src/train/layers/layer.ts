/** What a layer is: knobs from space.json become a plan, and a plan applies itself to explicit weights. */
import type * as TensorFlow from '@tensorflow/tfjs';
import type { Tensor } from '../../backend/tf.ts';
import type { Technique } from '../../space/technique.ts';
import type { Initialize } from '../initializers/initializer.ts';

/** Shape of one example, without the batch. */
export type Shape = readonly number[];

/** A tensor that belongs to the model: its name, shape and first value. */
export interface WeightSpec {
  readonly name: string;
  readonly shape: Shape;
  readonly initialize: Initialize;
  /** Whether weight decay applies: kernels yes, biases and normalization no. */
  readonly decays: boolean;
}

/** What a layer may use while it is applied. */
export interface Pass {
  readonly weights: readonly Tensor[];
  readonly statistics: readonly Tensor[];
  /** Continuous knobs as scalars: inputs of the step, so a new value needs no new graph. */
  readonly hyper: Readonly<Record<string, Tensor>>;
  readonly training: boolean;
  /** Fresh numbers in [0, 1), a function of (trial seed, step, number of the draw). */
  readonly uniform: (shape: readonly number[]) => Tensor;
}

export interface Applied {
  readonly output: Tensor;
  /** Statistics after this pass; only training passes change them. */
  readonly statistics: readonly Tensor[];
}

export interface LayerPlan {
  readonly output: Shape;
  /** Trained by the optimizer. */
  readonly weights: readonly WeightSpec[];
  /** Moved by the forward pass (moving averages). */
  readonly statistics: readonly WeightSpec[];
  readonly hyper: Readonly<Record<string, number>>;
  /** Pure: same inputs, same outputs. */
  apply(input: Tensor, pass: Pass): Applied;
  /** The same maths as tfjs layers, for the saved model, and how to order this plan's tensors into them. */
  toKeras(): readonly KerasLayer[];
}

export interface KerasLayer {
  readonly layer: TensorFlow.layers.Layer;
  /** Indices into [...weights, ...statistics] of this plan, in the order of layer.setWeights. */
  readonly tensors: readonly number[];
}

export interface Layer<Knobs = any> extends Technique<Knobs> {
  /**
   * @param followedBy name of the activation that follows, which decides the default initializer
   * @throws TuneError MODEL_INVALID where the layer does not fit its input
   */
  plan(knobs: Knobs, input: Shape, followedBy: string): LayerPlan;
}

/** Checks a layer definition's types; the identity at run time. */
export function layer<Knobs>(definition: Layer<Knobs>): Layer<Knobs> {
  return definition;
}

/** A plan of a layer that has neither weights nor statistics nor continuous knobs. */
export function weightless(
  output: Shape,
  apply: (input: Tensor) => Tensor,
  keras: () => TensorFlow.layers.Layer,
): LayerPlan {
  return {
    output,
    weights: [],
    statistics: [],
    hyper: {},
    apply: input => ({ output: apply(input), statistics: [] }),
    toKeras: () => [{ layer: keras(), tensors: [] }],
  };
}
