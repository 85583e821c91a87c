/** What a layer is: knobs from space.json become a plan, and a plan applies itself to explicit weights. */
import type * as TensorFlow from '@tensorflow/tfjs';
import { z } from 'zod';
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
  /** Coefficients of its own, in place of those of "train": name of the regularizer and of the knob in `hyper`. */
  readonly penalties?: Readonly<Record<string, string>>;
}

/** Tensors of the model by who owns them. */
export interface Tensors {
  readonly weights: readonly Tensor[];
  readonly statistics: readonly Tensor[];
  /** Weights, then statistics, of a layer that came before, by its name: layers may share them. */
  readonly earlier: (name: string) => readonly Tensor[];
}

/** What a layer may use while it is applied. */
export interface Pass extends Tensors {
  /** Continuous knobs as scalars: inputs of the step, so a new value needs no new graph. */
  readonly hyper: Readonly<Record<string, Tensor>>;
  readonly training: boolean;
  /** Fresh numbers in [0, 1), a function of (trial seed, step, number of the draw). */
  readonly uniform: (shape: readonly number[]) => Tensor;
  /** The same from the standard normal distribution. */
  readonly normal: (shape: readonly number[]) => Tensor;
  /** Sees what hidden units put out. */
  readonly watch?: (activated: Tensor) => void;
}

export interface Applied {
  readonly output: Tensor;
  /** Statistics after this pass; only training passes change them. */
  readonly statistics: readonly Tensor[];
  /** A scalar that training adds to its loss. Default: nothing. */
  readonly penalty?: Tensor;
}

export interface LayerPlan {
  readonly output: Shape;
  /** Trained by the optimizer. */
  readonly weights: readonly WeightSpec[];
  /** Moved by the forward pass (moving averages), or by nothing at all (frozen weights). */
  readonly statistics: readonly WeightSpec[];
  readonly hyper: Readonly<Record<string, number>>;
  /** Floating point operations of one example's forward pass: two for each product that is added up. */
  readonly flops: number;
  /** What it is made of, where that is layers. */
  readonly parts?: readonly NamedPlan[];
  /** The same with these in their places: parts that are frozen. */
  withParts?(parts: readonly NamedPlan[]): LayerPlan;
  /** Pure: same inputs, same outputs. */
  apply(input: Tensor, pass: Pass): Applied;
  /** The same maths as tfjs layers with these values, for the saved model. */
  toKeras(input: TensorFlow.SymbolicTensor, tensors: Tensors): TensorFlow.SymbolicTensor;
}

export interface NamedPlan {
  readonly name: string;
  /** Key of the layer in space.json, where it is one. */
  readonly kind?: string;
  readonly plan: LayerPlan;
}

/** Where in the model a layer stands. */
export interface Place {
  /** Name of the activation that follows, which decides the default initializer. */
  readonly followedBy: string;
  /** The layers before this one by their names. */
  readonly earlier: ReadonlyMap<string, LayerPlan>;
}

/** Where a layer alone stands. */
export const nowhere: Place = { followedBy: 'linear', earlier: new Map() };

export interface Layer<Knobs = any> extends Technique<Knobs> {
  /** Whether the activation after it is, for the layer before it, as good as the next one. Default: no. */
  readonly keepsSign?: boolean;
  /** @throws TuneError MODEL_INVALID where the layer does not fit its input */
  plan(knobs: Knobs, input: Shape, place: Place): LayerPlan;
}

const nameKnob = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/)
  .meta({ title: 'a name of letters, digits, "_" and "-"' })
  .optional()
  .describe('name by which "tied", "transfer" and "learningRates" know the layer; default: its number and kind');

/** Checks a definition's types, and gives every layer the knob `name`. */
export function layer<Knobs>(definition: Layer<Knobs> & { readonly knobs: z.ZodObject }): Layer<Knobs> {
  return { ...definition, knobs: definition.knobs.extend({ name: nameKnob }) as unknown as z.ZodType<Knobs> };
}

/** Applies a tfjs layer and gives it its values. */
export function applyKeras(
  layer: TensorFlow.layers.Layer,
  input: TensorFlow.SymbolicTensor,
  values: readonly Tensor[] = [],
): TensorFlow.SymbolicTensor {
  const output = layer.apply(input) as TensorFlow.SymbolicTensor;
  if (values.length > 0) layer.setWeights([...values]);
  return output;
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
    flops: 0,
    apply: input => ({ output: apply(input), statistics: [] }),
    toKeras: input => applyKeras(keras(), input),
  };
}
