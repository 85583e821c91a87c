/**
 * One training step as a pure function over explicit state: every weight, moving average and optimizer slot goes in and
 * comes out, and every continuous hyperparameter is an input. So a step is traced once and compiled.
 */
import { tf, type Tensor } from '../backend/tf.ts';
import { drawsOf, type Draws } from '../backend/native-ops/draws.ts';
import type { Rng } from '../study/rng.ts';
import { pack, unpack } from '../backend/graph/packed.ts';
import { distilled } from './compress/distill.ts';
import { constrained } from './constraints/constrained.ts';
import { scoped } from './layers/chain.ts';
import type { WeightSpec } from './layers/layer.ts';
import { maskOf, scaleChange } from './learning-rates.ts';
import type { Program } from './program.ts';
import { decay } from './regularizers/weight-decay.ts';

export interface State {
  /** All weights of the plan as one vector, in its order. */
  readonly weights: Tensor;
  /** All statistics of the plan as one vector. */
  readonly statistics: Tensor;
  /** The optimizer's memory, each shaped like the weights. */
  readonly slots: readonly Tensor[];
  /** The optimizer's memory of single numbers. */
  readonly scalars: readonly Tensor[];
  /** Steps done, int32 scalar. */
  readonly step: Tensor;
}

export interface Batch {
  /** [batch, ...input shape] */
  readonly inputs: Tensor;
  /** [batch] int32 class numbers, or [batch, values]. */
  readonly targets: Tensor;
  /** Where two examples were mixed into one: the targets of the second, and how much of each is the first. */
  readonly mixed?: { readonly targets: Tensor; readonly share: Tensor };
  /** Outputs of another network to learn from: [batch, outputs]. */
  readonly teacher?: Tensor;
}

/**
 * Scalars by name: the program's continuous hyperparameters, and `seed` (int32) for the step's randomness. Where classes
 * are balanced, `classWeights` [classes]; where weights must stay zero, `mask` with 0 for them and 1 for the others.
 */
export type Hyper = Readonly<Record<string, Tensor>>;

export interface Stepped {
  readonly state: State;
  /** Mean loss of the batch, without penalties. */
  readonly metrics: { readonly loss: Tensor };
}

export type TrainStep = (batch: Batch, state: State, hyper: Hyper) => Stepped;

/** First values of weights and statistics by name, in place of those that their initializers draw. */
export type Given = ReadonlyMap<string, Float32Array>;

export function initialState(program: Program, rng: Rng, given: Given = new Map()): State {
  const { plan } = program;
  const create = (specs: readonly WeightSpec[]): Tensor =>
    pack(
      specs.map(({ name, shape, initialize }) =>
        tf.tensor(given.get(name) ?? initialize(shape, rng.fork(name)), [...shape]),
      ),
    );
  return tf.tidy(() => {
    const weights = create(plan.weights);
    return {
      weights,
      statistics: create(plan.statistics),
      ...initialMemory(program, weights),
    } as never;
  }) as State;
}

/** What the optimizer remembers before its first step. */
export function initialMemory({ optimizer }: Program, weights: Tensor): Omit<State, 'weights' | 'statistics'> {
  const { slots, scalars = {} } = optimizer.technique;
  return {
    slots: Object.values(slots).map(value => tf.fill(weights.shape, value)),
    scalars: Object.values(scalars).map(value => tf.scalar(value)),
    step: tf.scalar(0, 'int32'),
  };
}

export function trainStep(program: Program): TrainStep {
  const gradientOf = lossGradient(program);
  return (batch, state, hyper) => stepWith(program, gradientOf(batch, state, hyper), state, hyper);
}

/** The rest of a step, once its gradient is known. */
export function stepWith(program: Program, taken: Taken, state: State, hyper: Hyper): Stepped {
  const { statistics, loss } = taken;
  const moved = move(program, taken, state, hyper);
  const inside = constrained(program, moved.weights, hyper);
  const weights = hyper['mask'] ? tf.mul(inside, hyper['mask']) : inside;
  return { state: { ...moved, weights, statistics, step: next(state) }, metrics: { loss } };
}

export interface Gradient {
  /** By all weights, as the optimizer takes it: clipped. */
  readonly gradient: Tensor;
  /** What is minimized: the mean loss of the batch and the penalties. */
  readonly objective: Tensor;
}

/** What taking it leaves besides; both are kept from tidy. */
export interface Taken extends Gradient {
  readonly statistics: Tensor;
  /** Mean loss of the batch, without penalties. */
  readonly loss: Tensor;
}

/** The gradient of a minibatch. */
export function lossGradient(program: Program) {
  const { plan, penalties, clipping } = program;
  return (given: Batch, state: Pick<State, 'weights' | 'statistics' | 'step'>, hyper: Hyper): Taken => {
    const draws = drawsOf(hyper['seed']!, state.step);
    const batch = augmented(program, given, hyper, draws);
    let statistics: Tensor | undefined;
    let loss: Tensor | undefined;
    const objective = (packed: Tensor): Tensor => {
      const weights = unpack(packed, plan.weights);
      const applied = plan.apply(batch.inputs, {
        weights,
        statistics: unpack(state.statistics, plan.statistics),
        earlier: () => [],
        hyper,
        training: true,
        ...draws,
      });
      // Gradients are taken inside a scope of their own; what else leaves it must be kept.
      statistics = tf.keep(pack(applied.statistics));
      loss = tf.keep(batchLoss(program, applied.output, batch, hyper));
      const start = applied.penalty ? tf.add(loss, applied.penalty) : loss;
      return penalties.reduce((sum, { penalty, coefficient, weights: own }) => {
        const total = tf.addN(own.map(index => penalty(weights[index]!)));
        return tf.add(sum, tf.mul(hyper[coefficient]!, total));
      }, start);
    };
    const { value, grad } = tf.valueAndGrad(objective as never)(state.weights);
    const gradient = clipping ? clipping.technique.clip(grad, scoped(hyper, 'clipping.'), plan.weights) : grad;
    return { gradient, objective: value, statistics: statistics!, loss: loss! };
  };
}

/** Where the optimizer moves the weights, and its memory of it: the part of a step that treats every element alike. */
export function move(
  program: Program,
  { gradient, objective }: Gradient,
  state: Pick<State, 'weights' | 'slots' | 'scalars' | 'step'>,
  hyper: Hyper,
): Pick<State, 'weights' | 'slots' | 'scalars'> {
  const { plan, optimizer } = program;
  const own = scoped(hyper, 'optimizer.');
  const decays = (): Tensor => maskOf(plan.weights, ({ decays }) => decays);
  const {
    weight,
    slots,
    scalars = [],
  } = optimizer.technique.update({
    gradient,
    weight: hyper['weightDecay']
      ? decay(state.weights, decays(), own['learningRate']!, hyper['weightDecay'])
      : state.weights,
    slots: state.slots,
    scalars: state.scalars,
    hyper: own,
    step: tf.cast(next(state), 'float32'),
    loss: objective,
    decays,
  });
  return { weights: scaleChange(program, state.weights, weight, hyper), slots, scalars };
}

/** Number of the step after this one. */
export function next({ step }: Pick<State, 'step'>): Tensor {
  return tf.add(step, tf.scalar(1, 'int32'));
}

function augmented({ augment }: Program, given: Batch, hyper: Hyper, draws: Draws): Batch {
  return augment.reduce(
    (batch, { technique, knobs }, index) => technique.augment(batch, knobs, scoped(hyper, `augment.${index}.`), draws),
    given,
  );
}

/** Mean over the examples. */
function batchLoss(program: Program, outputs: Tensor, { targets, mixed, teacher }: Batch, hyper: Hyper): Tensor {
  const { task, perExample, training = perExample } = program.loss.technique;
  const classWeights = hyper['classWeights'] ?? weightsByName(program, hyper);
  const ofTargets = (wanted: Tensor): Tensor => {
    const own = training(outputs, wanted, scoped(hyper, 'loss.'));
    const losses = teacher
      ? distilled(own, outputs, teacher, task === 'classification', scoped(hyper, 'distillation.'))
      : own;
    return classWeights ? tf.mul(losses, tf.gather(classWeights, wanted as never)) : losses;
  };
  const first = ofTargets(targets);
  if (!mixed) return tf.mean(first);
  const second = ofTargets(mixed.targets);
  return tf.mean(tf.add(tf.mul(first, mixed.share), tf.mul(second, tf.sub(1, mixed.share))));
}

/** A weight for each class, where they are given by name. */
function weightsByName({ classWeights }: Program, hyper: Hyper): Tensor | undefined {
  return classWeights && tf.stack(classWeights.map(name => (name === undefined ? tf.scalar(1) : hyper[name]!)));
}
