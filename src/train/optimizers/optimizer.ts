/**
 * What an optimizer is: a pure update of weights from their gradient and its own memory of them. All weights of a model
 * come as one vector, so an update treats every element alike.
 */
import type { Tensor } from '../../backend/tf.ts';
import type { Technique } from '../../space/technique.ts';

export interface Update {
  readonly gradient: Tensor;
  readonly weight: Tensor;
  /** The optimizer's memory, each shaped like the weights. */
  readonly slots: readonly Tensor[];
  /** The continuous knobs as scalars. */
  readonly hyper: Readonly<Record<string, Tensor>>;
  /** Number of this step as a float scalar, from 1. */
  readonly step: Tensor;
}

export interface Optimizer<Knobs = any> extends Technique<Knobs> {
  /** Names of the slots; they start at zero. */
  readonly slots: readonly string[];
  update(update: Update): { readonly weight: Tensor; readonly slots: readonly Tensor[] };
}

/** Checks a definition's types; the identity at run time. */
export function optimizer<Knobs>(definition: Optimizer<Knobs>): Optimizer<Knobs> {
  return definition;
}
