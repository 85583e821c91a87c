/**
 * One training step as a pure function over explicit state: every weight, moving average and optimizer slot goes in and
 * comes out, and every continuous hyperparameter is an input. So a step is traced once and compiled.
 */
import { tf, type Tensor } from '../backend/tf.ts';
import { drawsOf } from '../backend/native-ops/draws.ts';
import type { Chosen } from '../space/technique.ts';
import type { Rng } from '../study/rng.ts';
import { pack, unpack } from '../backend/graph/packed.ts';
import type { Program } from './program.ts';

export interface State {
  /** All weights of the plan as one vector, in its order. */
  readonly weights: Tensor;
  /** All statistics of the plan as one vector. */
  readonly statistics: Tensor;
  /** The optimizer's memory, each shaped like the weights. */
  readonly slots: readonly Tensor[];
  /** Steps done, int32 scalar. */
  readonly step: Tensor;
}

export interface Batch {
  /** [batch, ...input shape] */
  readonly inputs: Tensor;
  /** [batch] int32 class numbers, or [batch, values]. */
  readonly targets: Tensor;
}

/** Scalars by name: the program's continuous hyperparameters, and `seed` (int32) for the step's randomness. */
export type Hyper = Readonly<Record<string, Tensor>>;

export interface Stepped {
  readonly state: State;
  /** Mean loss of the batch, without penalties. */
  readonly metrics: { readonly loss: Tensor };
}

export type TrainStep = (batch: Batch, state: State, hyper: Hyper) => Stepped;

export function initialState({ plan, optimizer }: Program, rng: Rng): State {
  const create = (specs: Program['plan']['weights']): Tensor =>
    pack(specs.map(({ name, shape, initialize }) => tf.tensor(initialize(shape, rng.fork(name)), [...shape])));
  return tf.tidy(() => {
    const weights = create(plan.weights);
    const slots = optimizer.technique.slots.map(() => tf.zerosLike(weights));
    return { weights, statistics: create(plan.statistics), slots, step: tf.scalar(0, 'int32') } as never;
  }) as State;
}

export function trainStep(program: Program): TrainStep {
  const { plan, loss, penalties, clipping, optimizer } = program;
  return (batch, state, hyper) => {
    let statistics: Tensor | undefined;
    let dataLoss: Tensor | undefined;
    const objective = (packed: Tensor): Tensor => {
      const weights = unpack(packed, plan.weights);
      const applied = plan.apply(batch.inputs, {
        weights,
        statistics: unpack(state.statistics, plan.statistics),
        hyper,
        training: true,
        uniform: drawsOf(hyper['seed']!, state.step).uniform,
      });
      // Gradients are taken inside a scope of their own; what else leaves it must be kept.
      statistics = tf.keep(pack(applied.statistics));
      dataLoss = tf.keep(tf.mean(loss.technique.perExample(applied.output, batch.targets, loss.knobs)));
      const decaying = weights.filter((_, index) => plan.weights[index]!.decays);
      return penalties.reduce((sum, { name, penalty }) => {
        const total = tf.addN(decaying.map(weight => penalty(weight)));
        return tf.add(sum, tf.mul(hyper[name]!, total));
      }, dataLoss);
    };
    const raw = tf.grad(objective as never)(state.weights);
    const gradient = clipping ? clipping.technique.clip(raw, knobsOf('clipping', clipping, hyper)) : raw;
    const step = tf.add(state.step, tf.scalar(1, 'int32'));
    const { weight, slots } = optimizer.technique.update({
      gradient,
      weight: state.weights,
      slots: state.slots,
      hyper: knobsOf('optimizer', optimizer, hyper),
      step: tf.cast(step, 'float32'),
    });
    return { state: { weights: weight, statistics: statistics!, slots, step }, metrics: { loss: dataLoss! } };
  };
}

/** The continuous knobs of a technique, by their own names. */
function knobsOf(section: string, { technique }: Chosen, hyper: Hyper): Hyper {
  return Object.fromEntries((technique.continuous ?? []).map(name => [name, hyper[`${section}.${name}`]!]));
}
