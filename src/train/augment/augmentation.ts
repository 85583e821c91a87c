/** What an augmentation is: a pure change of a training minibatch, new in every step. */
import type { Tensor } from '../../backend/tf.ts';
import type { Draws } from '../../backend/native-ops/draws.ts';
import type { Technique } from '../../space/technique.ts';
import type { Shape } from '../layers/layer.ts';
import type { Batch } from '../step.ts';

/** The minibatches that an augmentation gets. */
export interface Minibatches {
  /** Of one example. */
  readonly shape: Shape;
  readonly batchSize: number;
  /** Whether an augmentation before this one mixes examples. */
  readonly isMixed: boolean;
}

export interface Augmentation<Knobs = any> extends Technique<Knobs> {
  /** Whether it makes one example out of two. Default: no. */
  readonly mixes?: boolean;
  /** What is wrong with such minibatches; undefined when it can change them. */
  refuses?(minibatches: Minibatches): { readonly message: string; readonly expected: string } | undefined;
  /**
   * @param batch normalized inputs: 0 is the mean of the data
   * @param hyper the continuous knobs as scalars
   * @param draws fresh random numbers
   */
  augment(batch: Batch, knobs: Knobs, hyper: Readonly<Record<string, Tensor>>, draws: Draws): Batch;
}

/** Checks a definition's types; the identity at run time. */
export function augmentation<Knobs>(definition: Augmentation<Knobs>): Augmentation<Knobs> {
  return definition;
}
