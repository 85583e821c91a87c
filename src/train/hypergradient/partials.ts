/**
 * Derivatives of an optimizer's update, element by element. An update treats every element alike, so its Jacobians are
 * diagonal, and the gradient of a sum of outputs is their diagonal: first-order gradients give every optimizer's
 * derivatives exactly, with the one definition of the update that trains.
 */
import { tf, type Tensor } from '../../backend/tf.ts';
import { move, type Gradient, type Hyper, type State } from '../step.ts';
import type { Program } from '../program.ts';
import { isOfUpdate } from './values.ts';

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
 * @returns derivatives of the next weights, then of each part of the memory, which is slots and then single numbers; each
 * costs a gradient when it is asked for
 */
export function* partialsOf(
  program: Program,
  taken: Gradient,
  state: State,
  hyper: Hyper,
  names: readonly string[],
): Generator<Partials, void> {
  const everywhere = (scalar: Tensor): Tensor => tf.mul(tf.onesLike(state.weights), scalar);
  const own = names.filter(isOfUpdate).filter(name => !name.startsWith('constraint.'));
  const slots = state.slots.length;
  const memorySize = slots + state.scalars.length;
  const inputs = [
    taken.gradient,
    everywhere(taken.objective),
    state.weights,
    ...state.slots,
    ...state.scalars.map(everywhere),
    ...own.map(name => everywhere(hyper[name]!)),
  ];
  const outputsOf = ([gradient, objective, weights, ...others]: readonly Tensor[]): Tensor[] => {
    const memory = others.slice(0, memorySize);
    const values = others.slice(memorySize);
    const next = move(
      program,
      { gradient: gradient!, objective: objective! },
      { weights: weights!, slots: memory.slice(0, slots), scalars: memory.slice(slots), step: state.step },
      { ...hyper, ...Object.fromEntries(own.map((name, index) => [name, values[index]!])) },
    );
    return [next.weights, ...next.slots, ...next.scalars];
  };
  for (let output = 0; output < 1 + memorySize; output++) {
    const [gradient, objective, weights, ...others] = diagonal(all => outputsOf(all)[output]!, inputs);
    const values = others.slice(memorySize);
    const ofHyper = Object.fromEntries(own.map((name, index) => [name, values[index]]));
    yield { gradient, objective, weights, memory: others.slice(0, memorySize), hyper: ofHyper };
  }
}

function diagonal(output: (inputs: readonly Tensor[]) => Tensor, inputs: readonly Tensor[]): (Tensor | undefined)[] {
  const { grads } = tf.engine().gradients(() => output(inputs), inputs as never, undefined, true);
  return (grads as (Tensor | null)[]).map(grad => grad ?? undefined);
}
