/**
 * One training step and one evaluation as pure functions over explicit state: every weight, moving average and optimizer
 * slot goes in and comes out, and every continuous hyperparameter is an input. So a step can be traced once and compiled.
 */
import { tf, type Tensor } from '../backend/tf.ts';
import { statelessUniform } from '../backend/native-ops/stateless-uniform.ts';
import type { Rng } from '../study/rng.ts';
import type { Pass } from './layers/layer.ts';
import type { Program } from './program.ts';
import { l2Penalty } from './regularizers/l2.ts';

export interface State {
  readonly weights: readonly Tensor[];
  readonly statistics: readonly Tensor[];
  /** Per weight, the optimizer's memory of it. */
  readonly slots: readonly (readonly Tensor[])[];
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
  readonly loss: Tensor;
}

export type Step = (batch: Batch, state: State, hyper: Hyper) => Stepped;

export function initialState(program: Program, rng: Rng): State {
  const create = (specs: Program['plan']['weights']): Tensor[] =>
    specs.map(({ name, shape, initialize }) => tf.tensor(initialize(shape, rng.fork(name)), [...shape]));
  return {
    weights: create(program.plan.weights),
    statistics: create(program.plan.statistics),
    slots: program.plan.weights.map(({ shape }) => program.optimizer.technique.slots.map(() => tf.zeros([...shape]))),
    step: tf.scalar(0, 'int32'),
  };
}

/** The tensors of a state, to dispose them or to hand them to a graph. */
export function tensorsOf(state: State): Tensor[] {
  return [...state.weights, ...state.statistics, ...state.slots.flat(), state.step];
}

export function trainStep(program: Program): Step {
  const { plan, loss, optimizer } = program;
  const decaying = plan.weights.flatMap(({ decays }, index) => (decays ? [index] : []));
  return (batch, state, hyper) => {
    let statistics: readonly Tensor[] = [];
    let dataLoss: Tensor | undefined;
    const objective = (...weights: Tensor[]): Tensor => {
      const pass = {
        weights,
        statistics: state.statistics,
        hyper,
        training: true,
        uniform: draws(hyper['seed']!, state.step),
      };
      const applied = plan.apply(batch.inputs, pass);
      // Gradients are taken inside a scope of their own; what else leaves it must be kept.
      statistics = applied.statistics.map(tensor => tf.keep(tensor));
      dataLoss = tf.keep(tf.mean(loss.technique.perExample(applied.output, batch.targets, loss.knobs)));
      return hyper['l2']
        ? tf.add(
            dataLoss,
            l2Penalty(
              decaying.map(index => weights[index]!),
              hyper['l2'],
            ),
          )
        : dataLoss;
    };
    const { grads } = tf.valueAndGrads(objective as never)([...state.weights]);
    const step = tf.add(state.step, tf.scalar(1, 'int32'));
    const ownHyper = Object.fromEntries(
      Object.keys(optimizer.technique.hyper(optimizer.knobs)).map(name => [name, hyper[`optimizer.${name}`]!]),
    );
    const updates = state.weights.map((weight, index) =>
      optimizer.technique.update({
        gradient: grads[index]!,
        weight,
        slots: state.slots[index]!,
        hyper: ownHyper,
        step: tf.cast(step, 'float32'),
      }),
    );
    return {
      state: {
        weights: updates.map(update => update.weight),
        statistics,
        slots: updates.map(update => update.slots),
        step,
      },
      loss: dataLoss!,
    };
  };
}

/** Sums over a batch, so that batches of different sizes add up: [loss, ...metrics]. */
export function evaluateBatch(
  program: Program,
  batch: Batch,
  state: Pick<State, 'weights' | 'statistics'>,
  hyper: Hyper,
  targetScale: Tensor,
): Tensor {
  const { plan, loss, metrics } = program;
  const { weights, statistics } = state;
  const { output } = plan.apply(batch.inputs, { weights, statistics, hyper, training: false, uniform: noRandomness });
  const perExample = [
    loss.technique.perExample(output, batch.targets, loss.knobs),
    ...metrics.map(metric => metric.perExample(output, batch.targets, targetScale)),
  ];
  return tf.sum(tf.stack(perExample), 1);
}

/** Each draw of a step has a key of its own: (seed + number of the draw, step). */
function draws(seed: Tensor, step: Tensor): Pass['uniform'] {
  let draw = 0;
  return shape => statelessUniform(shape, tf.stack([tf.add(seed, tf.scalar(draw++, 'int32')), step]));
}

function noRandomness(): never {
  throw new Error('evaluation draws no random numbers');
}
