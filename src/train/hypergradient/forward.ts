/**
 * Forward-mode hypergradients: along with the training state s its sensitivities Z = ds/dphi are carried from step to
 * step, so that the gradient of the validation loss V sees the whole training:
 *   Z' = (dPhi/ds) Z + dPhi/dphi,   dV/dphi = (dV/ds) Z
 * for the step s' = Phi(s, phi). The gradient's part of dPhi is a difference of two gradients of the same minibatch with
 * the same random draws, (g(w + e Z, phi + e) - g(w, phi)) / e; the optimizer's part is exact (partials.ts). Sensitivities
 * that outgrow the weights are cut: where networks have kinks they may explode although the training does not.
 * Franceschi et al. 2017, https://arxiv.org/abs/1703.01785; Im et al. 2021, https://arxiv.org/abs/2102.02729.
 */
import { tf, type Tensor } from '../../backend/tf.ts';
import { constrained } from '../constraints/constrained.ts';
import type { Model } from '../evaluate.ts';
import type { Program } from '../program.ts';
import { lossGradient, move, next as nextStep, type Batch, type Hyper, type State } from '../step.ts';
import { reachOf } from './coordinate.ts';
import { atLeastTiny, difference, lengthOf, stepAlong } from './difference.ts';
import { partialsOf, type Partials } from './partials.ts';
import type { TunedParameter } from './tuning.ts';
import { validationGradient } from './validation-gradient.ts';
import { alongSlopes, isInLoss, moved, type TunedHyper } from './values.ts';

/** Sensitivities of the state: a row for each parameter. */
export interface Tangents {
  readonly weights: Tensor;
  readonly statistics: Tensor;
  /** Of slots, then of single numbers, which have an element for each weight here. */
  readonly memory: readonly Tensor[];
}

export interface Carried {
  readonly state: State;
  readonly tangents: Tangents;
}

export function noTangents({ weights, statistics, slots, scalars }: State, parameters: number): Tangents {
  const zeros = (size: number): Tensor => tf.zeros([parameters, size]);
  return {
    weights: zeros(weights.size),
    statistics: zeros(statistics.size),
    memory: [...slots, ...scalars].map(() => zeros(weights.size)),
  };
}

export function tangentsByName({ weights, statistics, memory }: Tangents): Readonly<Record<string, Tensor>> {
  const numbered = memory.map((rows, index) => [`tangents.memory.${index}`, rows] as const);
  return { 'tangents.weights': weights, 'tangents.statistics': statistics, ...Object.fromEntries(numbered) };
}

/** Copies, from tensors by these names. */
export function restoredTangents(tensors: ReadonlyMap<string, Tensor>): Tangents {
  const numbered = [...tensors].filter(([name]) => name.startsWith('tangents.memory.'));
  return {
    weights: tf.clone(tensors.get('tangents.weights')!),
    statistics: tf.clone(tensors.get('tangents.statistics')!),
    memory: numbered.map(([, rows]) => tf.clone(rows)),
  };
}

/** A training step that carries the sensitivities on. */
export function tangentStep(program: Program, parameters: readonly TunedParameter[], cap: number) {
  const gradientOf = lossGradient(program);
  const names = parameters.flatMap(({ hyper }) => hyper);
  return (batch: Batch, { state, tangents }: Carried, tuned: TunedHyper) => {
    const { hyper } = tuned;
    const base = gradientOf(batch, state, hyper);
    const { weights, statistics, by } = further(state, tangents, parameters);
    const there = parameters.map((parameter, index) => {
      const at = { ...state, weights: weights[index]!, statistics: statistics[index]! };
      const isMoved = isInLoss(parameter);
      return gradientOf(batch, at, isMoved ? moved(tuned, parameter, tf.reshape(tf.slice(by, index, 1), [])) : hyper);
    });
    const change = (part: 'gradient' | 'objective' | 'statistics'): Tensor =>
      tf.div(
        tf.sub(tf.stack(there.map(taken => taken[part])), base[part]),
        part === 'objective' ? tf.reshape(by, [-1]) : by,
      );
    const follow = follower(parameters, tangents, tuned, {
      gradient: change('gradient'),
      objective: tf.reshape(change('objective'), [-1, 1]),
    });
    const [ofWeights, ...ofMemory] = [...partialsOf(program, base, state, hyper, names)].map(follow);
    const unbound = move(program, base, state, hyper);
    const bound = constrained(program, unbound.weights, hyper);
    const after = {
      weights: throughConstraint(program, unbound.weights, bound, ofWeights!, hyper),
      statistics: change('statistics'),
      memory: ofMemory,
    };
    const next = { ...unbound, weights: bound, statistics: base.statistics, step: nextStep(state) };
    const carried = { state: next, tangents: capped(after, bound, parameters, cap) };
    tf.dispose(there.flatMap(({ statistics, loss }) => [statistics, loss]));
    return { state: carried, metrics: { loss: base.loss } };
  };
}

/** dV/dphi from the sensitivities: [parameters]. */
export function forwardHypergradient(program: Program, parameters: readonly TunedParameter[]) {
  return (
    batch: Batch,
    model: Model,
    tangents: Pick<Tangents, 'weights' | 'statistics'>,
    tuned: TunedHyper,
  ): Tensor => {
    const by = validationGradient(program, parameters, batch, model, tuned);
    const along = (rows: Tensor, gradient: Tensor): Tensor => tf.sum(tf.mul(rows, gradient), 1);
    return tf.addN([along(tangents.weights, by.weights), along(tangents.statistics, by.statistics), by.direct]);
  };
}

/** States a little further along each sensitivity, and how far: [parameters, 1]. */
function further(
  { weights, statistics }: State,
  tangents: Tangents,
  parameters: readonly TunedParameter[],
): { readonly weights: readonly Tensor[]; readonly statistics: readonly Tensor[]; readonly by: Tensor } {
  const { size } = statistics;
  const lengths = lengthOf(size > 0 ? tf.concat([tangents.weights, tangents.statistics], 1) : tangents.weights);
  // The value moves by as much of its range.
  const most = parameters.map(parameter => [isInLoss(parameter) ? difference : Infinity]);
  const by = tf.minimum(stepAlong(weights, lengths), tf.tensor2d(most));
  const along = (before: Tensor, rows: Tensor): Tensor[] => tf.unstack(tf.add(before, tf.mul(rows, by)));
  return {
    weights: along(weights, tangents.weights),
    statistics: size > 0 ? along(statistics, tangents.statistics) : parameters.map(() => statistics),
    by,
  };
}

/** The sensitivity of an output of the update, from those of its inputs. */
function follower(
  parameters: readonly TunedParameter[],
  tangents: Tangents,
  { slopes }: TunedHyper,
  /** [parameters, weights] and [parameters, 1] */
  { gradient, objective }: { readonly gradient: Tensor; readonly objective: Tensor },
) {
  return (by: Partials): Tensor => {
    const through = (partial: Tensor | undefined, rows: Tensor): Tensor[] => (partial ? [tf.mul(rows, partial)] : []);
    const direct = parameters.map(parameter => alongSlopes(parameter, slopes, name => by.hyper[name]));
    const isDirect = direct.some(part => part !== undefined);
    const flat = tf.zeros([gradient.shape[1]!]);
    const rows = tf.addN([
      ...(isDirect ? [tf.stack(direct.map(part => part ?? flat))] : []),
      ...through(by.gradient, gradient),
      ...through(by.objective, objective),
      ...through(by.weights, tangents.weights),
      ...by.memory.flatMap((partial, index) => through(partial, tangents.memory[index]!)),
    ]);
    // Where an update has no derivative, as a root at 0, it counts as flat.
    return tf.where(tf.isFinite(rows), rows, tf.zerosLike(rows));
  };
}

/** Bounds on kernels move some weights back: so they do with their sensitivities. */
function throughConstraint(program: Program, before: Tensor, after: Tensor, rows: Tensor, hyper: Hyper): Tensor {
  if (!program.constraint) return rows;
  const by = stepAlong(before, lengthOf(rows));
  const ends = tf.unstack(tf.add(before, tf.mul(rows, by))).map(weights => constrained(program, weights, hyper));
  return tf.div(tf.sub(tf.stack(ends), after), by);
}

/** No longer than the weights for an e-fold change of the value. */
function capped(tangents: Tangents, weights: Tensor, parameters: readonly TunedParameter[], cap: number): Tangents {
  if (cap === Infinity) return tangents;
  const reach = tf.tensor2d(parameters.map(({ coordinate }) => [cap * reachOf(coordinate)]));
  const most = tf.mul(reach, lengthOf(weights));
  const share = tf.minimum(1, tf.div(most, atLeastTiny(lengthOf(tangents.weights))));
  const cut = (rows: Tensor): Tensor => tf.mul(rows, share);
  return { weights: cut(tangents.weights), statistics: cut(tangents.statistics), memory: tangents.memory.map(cut) };
}
