/**
 * What an optimizer is: a pure update of weights from their gradient and its own memory of them. All weights of a model
 * come as one vector, so an update treats every element alike.
 */
import type { Tensor } from '../../backend/tf.ts';
import { TuneError } from '../../errors.ts';
import { untunable, type Technique } from '../../space/technique.ts';

export interface Update {
  readonly gradient: Tensor;
  readonly weight: Tensor;
  /** The optimizer's memory, each shaped like the weights. */
  readonly slots: readonly Tensor[];
  /** Its memory of single numbers. */
  readonly scalars: readonly Tensor[];
  /** The continuous knobs as scalars. */
  readonly hyper: Readonly<Record<string, Tensor>>;
  /** Number of this step as a float scalar, from 1. */
  readonly step: Tensor;
  /** What is minimized: the mean loss of the batch and the penalties, a scalar. */
  readonly loss: Tensor;
  /** 1 for weights that decay and 0 for the others (biases, normalization); shaped like the weights. */
  readonly decays: () => Tensor;
}

export interface Updated {
  readonly weight: Tensor;
  readonly slots: readonly Tensor[];
  /** Default: none. */
  readonly scalars?: readonly Tensor[];
}

export interface Optimizer<Knobs = any> extends Technique<Knobs> {
  /** Names of the slots and the value that they start with everywhere. */
  readonly slots: Readonly<Record<string, number>>;
  /** Names and first values of the single numbers. */
  readonly scalars?: Readonly<Record<string, number>>;
  update(update: Update): Updated;
}

/** Checks a definition's types. */
export function optimizer<Knobs>(definition: Optimizer<Knobs>): Optimizer<Knobs> {
  const epsilons = (definition.continuous ?? []).filter(knob => knob === 'epsilon');
  const reasons = untunable(epsilons, 'it only keeps divisions away from zero');
  return { ...definition, untunable: { ...reasons, ...definition.untunable } as never };
}

/**
 * A part of an update that most optimizers do without, and so may their callers.
 * @throws TuneError USAGE when it is missing
 */
export function needed<Part extends 'loss' | 'decays'>(name: string, update: Update, part: Part): Update[Part] {
  const value: Update[Part] | undefined = update[part];
  if (value !== undefined) return value;
  throw new TuneError('USAGE', {
    message: `${name} cannot update weights without ${descriptions[part]}`,
    expected: `update({ ..., ${part} })`,
  });
}

const descriptions = {
  loss: 'the loss, whose change scales its steps',
  decays: 'decays(), which tells kernels from biases',
} as const;
