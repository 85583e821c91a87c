/**
 * Derivatives of an optimizer's update, element by element. An update treats every element alike, so its Jacobians are
 * diagonal, and the gradient of a sum of outputs is their diagonal: first-order gradients give every optimizer's
 * derivatives exactly, with the one definition of the update that trains.
 */
import { tf, type Tensor } from '../../backend/tf.ts';
import { move, type Gradient } from '../step.ts';
import type { Hyper, State } from '../step.ts';
import type { Program } from '../program.ts';
import { isOfUpdate } from './values.ts';

/** Everything that an update depends on, as vectors of one element for each weight. */
export interface Inputs {
  readonly gradient: Tensor;
  readonly objective: Tensor;
  readonly weights: Tensor;
  /** Slots, then single numbers. */
  readonly memory: readonly Tensor[];
  /** Tuned hyperparameters of the update by name. */
  readonly hyper: Hyper;
}

/** Derivatives of one output by each input; undefined where it does not depend on it. */
export interface Partials {
  readonly gradient: Tensor | undefined;
  readonly objective: Tensor | undefined;
  readonly weights: Tensor | undefined;
  readonly memory: readonly (Tensor | undefined)[];
  readonly hyper: Readonly<Record<string, Tensor | undefined>>;
}

/**
 * @param names tuned hyperparameters
 * @returns derivatives of the next weights, then of each part of the memory; only of the weights with `isShort`
 */
export function partialsOf(
  program: Program,
  taken: Gradient,
  state: State,
  hyper: Hyper,
  names: readonly string[],
  isShort = false,
): Partials[] {
  const everywhere = (scalar: Tensor): Tensor => tf.mul(tf.onesLike(state.weights), scalar);
  const own = names.filter(isOfUpdate).filter(name => !name.startsWith('constraint.'));
  const slots = state.slots.length;
  const inputs = [
    taken.gradient,
    everywhere(taken.objective),
    state.weights,
    ...state.slots,
    ...state.scalars.map(everywhere),
    ...own.map(name => everywhere(hyper[name]!)),
  ];
  const outputsOf = ([gradient, objective, weights, ...others]: readonly Tensor[]): Tensor[] => {
    const memory = others.slice(0, slots + state.scalars.length);
    const values = others.slice(memory.length);
    const next = move(
      program,
      { gradient: gradient!, objective: objective! },
      { weights: weights!, slots: memory.slice(0, slots), scalars: memory.slice(slots), step: state.step },
      { ...hyper, ...Object.fromEntries(own.map((name, index) => [name, values[index]!])) },
    );
    return [next.weights, ...next.slots, ...next.scalars];
  };
  const count = isShort ? 1 : 1 + slots + state.scalars.length;
  return Array.from({ length: count }, (_, output) => {
    const found = diagonal(all => outputsOf(all)[output]!, inputs);
    const memory = found.slice(3, 3 + slots + state.scalars.length);
    const values = found.slice(3 + memory.length);
    return {
      gradient: found[0],
      objective: found[1],
      weights: found[2],
      memory,
      hyper: Object.fromEntries(own.map((name, index) => [name, values[index]])),
    };
  });
}

function diagonal(output: (inputs: readonly Tensor[]) => Tensor, inputs: readonly Tensor[]): (Tensor | undefined)[] {
  const { grads } = tf.engine().gradients(() => output(inputs), inputs as never, undefined, true);
  return (grads as (Tensor | null)[]).map(grad => grad ?? undefined);
}
