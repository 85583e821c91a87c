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
import { lossGradient, move, next, type Batch, type Hyper, type State } from '../step.ts';
import { reachOf } from './coordinate.ts';
import { atLeastTiny, difference, lengthOf, stepAlong } from './difference.ts';
import { partialsOf, type Partials } from './partials.ts';
import type { TunedParameter } from './tuning.ts';
import { validationGradient } from './validation-gradient.ts';
import { hyperAt, isOfUpdate, moved, slopesAt, type TunedHyper } from './values.ts';

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

/** A training step that carries the sensitivities on. */
export function tangentStep(program: Program, parameters: readonly TunedParameter[], cap: number) {
  const gradientOf = lossGradient(program);
  const names = parameters.flatMap(({ hyper }) => hyper);
  return (batch: Batch, { state, tangents }: Carried, tuned: TunedHyper) => {
    const hyper = hyperAt(parameters, tuned);
    const base = gradientOf(batch, state, hyper);
    const changes = parameters.map((parameter, index) => {
      const changed = perturbed(parameter, index, state, tangents, tuned);
      const there = gradientOf(batch, changed.state, hyperAt(parameters, { ...tuned, phi: changed.phi }));
      const change = (before: Tensor, after: Tensor): Tensor => tf.div(tf.sub(after, before), changed.by);
      const of = {
        gradient: change(base.gradient, there.gradient),
        objective: change(base.objective, there.objective),
        statistics: change(base.statistics, there.statistics),
      };
      tf.dispose([there.statistics, there.loss]);
      return of;
    });
    const rows = (part: keyof (typeof changes)[number]): Tensor => tf.stack(changes.map(change => change[part]));
    const slopes = parameters.map((_, index) => slopesAt(parameters, tuned, index));
    const follow = follower({
      gradient: rows('gradient'),
      objective: tf.reshape(rows('objective'), [-1, 1]),
      tangents,
      slopes,
    });
    const [ofWeights, ...ofMemory] = partialsOf(program, base, state, hyper, names).map(follow);
    const unbound = move(program, base, state, hyper);
    const weights = constrained(program, unbound.weights, hyper);
    const after = {
      weights: throughConstraint(program, unbound.weights, weights, ofWeights!, hyper),
      statistics: rows('statistics'),
      memory: ofMemory,
    };
    return {
      state: {
        state: { ...unbound, weights, statistics: base.statistics, step: next(state) },
        tangents: capped(after, weights, parameters, cap),
      },
      metrics: { loss: base.loss },
    };
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
    return tf.addN([along(tangents.weights, by.weights), along(tangents.statistics, by.statistics), by.phi]);
  };
}

/** The state a little further along one parameter's sensitivity, and its coordinate with it where the loss has its value. */
function perturbed(
  { hyper }: TunedParameter,
  index: number,
  state: State,
  tangents: Tangents,
  { phi }: TunedHyper,
): { readonly state: State; readonly phi: Tensor; readonly by: Tensor } {
  const row = (rows: Tensor): Tensor => tf.reshape(tf.slice(rows, [index, 0], [1, -1]), [-1]);
  const [weights, statistics] = [row(tangents.weights), row(tangents.statistics)];
  const most = stepAlong(state.weights, lengthOf(tf.concat([weights, statistics])));
  const isInLoss = !hyper.every(isOfUpdate);
  const by = isInLoss ? tf.minimum(difference, most) : most;
  const further = (before: Tensor, along: Tensor): Tensor => tf.add(before, tf.mul(along, by));
  return {
    state: {
      ...state,
      weights: further(state.weights, weights),
      statistics: further(state.statistics, statistics),
    },
    phi: isInLoss ? moved(phi, index, by) : phi,
    by,
  };
}

interface Changes {
  /** [parameters, weights] */
  readonly gradient: Tensor;
  /** [parameters, 1] */
  readonly objective: Tensor;
  readonly tangents: Tangents;
  /** Derivatives of the values by the coordinates, parameter by parameter. */
  readonly slopes: readonly Hyper[];
}

/** The sensitivity of an output of the update, from those of its inputs. */
function follower({ gradient, objective, tangents, slopes }: Changes) {
  return (by: Partials): Tensor => {
    const through = (partial: Tensor | undefined, rows: Tensor): Tensor[] => (partial ? [tf.mul(rows, partial)] : []);
    const direct = slopes.map(slope => {
      const parts = Object.entries(slope).flatMap(([name, value]) => {
        const partial = by.hyper[name];
        return partial ? [tf.mul(partial, value)] : [];
      });
      return parts.length > 0 ? tf.addN(parts) : tf.zeros([gradient.shape[1]!]);
    });
    return tf.addN([
      tf.stack(direct),
      ...through(by.gradient, gradient),
      ...through(by.objective, objective).map(rows => tf.mul(rows, tf.onesLike(gradient))),
      ...through(by.weights, tangents.weights),
      ...by.memory.flatMap((partial, index) => through(partial, tangents.memory[index]!)),
    ]);
  };
}

/** Bounds on kernels move some weights back: so they do with their sensitivities. */
function throughConstraint(program: Program, before: Tensor, after: Tensor, rows: Tensor, hyper: Hyper): Tensor {
  if (!program.constraint) return rows;
  const by = stepAlong(before, lengthOf(rows));
  const ends = tf.unstack(tf.add(before, tf.mul(rows, by))).map(weights => constrained(program, weights, hyper));
  return tf.div(tf.sub(tf.stack(ends), after), by);
}

/** No longer than the weights for an e-fold change of the value; gone where not finite. */
function capped(tangents: Tangents, weights: Tensor, parameters: readonly TunedParameter[], cap: number): Tangents {
  const reach = tf.tensor2d(parameters.map(({ coordinate }) => [reachOf(coordinate)]));
  const most = tf.mul(tf.mul(reach, cap), lengthOf(weights));
  const share = tf.minimum(1, tf.div(most, atLeastTiny(lengthOf(tangents.weights))));
  const isGood = tf.isFinite(share);
  const cut = (rows: Tensor): Tensor =>
    tf.where(tf.logicalAnd(tf.isFinite(rows), isGood), tf.mul(rows, share), tf.zerosLike(rows));
  return { weights: cut(tangents.weights), statistics: cut(tangents.statistics), memory: tangents.memory.map(cut) };
}
