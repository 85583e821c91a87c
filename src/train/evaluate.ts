/** Loss and metrics of a model over a set of rows, in one run of a graph for each portion of them. */
import { tf, type Tensor } from '../backend/tf.ts';
import type { Batches } from './batches.ts';
import type { Trained } from './compress/compression.ts';
import type { Graphs } from './graphs.ts';
import { createHyper } from './hyper.ts';
import { scoped } from './layers/chain.ts';
import type { Pass } from './layers/layer.ts';
import { unpack } from '../backend/graph/packed.ts';
import { modelOf } from './named-tensors.ts';
import type { Program } from './program.ts';
import { normalizeBatch, type RawBatch, type Scaling } from './raw-rows.ts';
import type { Hyper, State } from './step.ts';

/** Larger batches gain no speed and cost memory. */
export const largestBatch = 512;

export type Model = Pick<State, 'weights' | 'statistics'>;

export interface Score {
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly examples: number;
}

/** Means over the given rows: { loss, accuracy, ... }. */
export async function evaluate(
  program: Program,
  batches: Batches,
  rows: Int32Array,
  model: Model,
  hyper: Hyper,
  graphs: Graphs,
): Promise<Record<string, number>> {
  const batchSize = Math.min(largestBatch, rows.length);
  const names = ['loss', ...program.metrics.map(({ name }) => name)];
  let state: Sums = { sums: tf.zeros([names.length]), position: tf.scalar(0, 'int32') };
  const { scaling, targetScale } = batches;
  const size = tf.scalar(rows.length, 'int32');
  const given: EvaluationHyper = { model: pick(model), hyper, scaling, targetScale, size };
  const step = evaluationStep(program, batchSize);
  try {
    for await (const { data, order } of batches.inOrder(rows, batchSize)) {
      const inputs = { data, state, hyper: given };
      const graph = graphs.take(`evaluate ${program.structure}`, batchSize, inputs, step);
      // What fills the last minibatch does not count.
      const { state: next } = await graph.epoch({ ...inputs, order: wholeBatches(order, batchSize) });
      tf.dispose(state as never);
      state = next;
    }
    const sums = state.sums.dataSync();
    return Object.fromEntries(names.map((name, index) => [name, sums[index]! / rows.length]));
  } finally {
    tf.dispose([state.sums, state.position, size]);
  }
}

/** Means of a finished model over the given rows. */
export async function score(
  { program, weights }: Pick<Trained, 'program' | 'weights'>,
  batches: Batches,
  rows: Int32Array,
  graphs: Graphs,
): Promise<Score> {
  const hyper = createHyper(program, 0);
  const model = modelOf(program.plan, weights);
  try {
    const { loss, ...metrics } = await evaluate(program, batches, rows, model, hyper, graphs);
    return { loss: loss!, metrics, examples: rows.length };
  } finally {
    tf.dispose([...Object.values(hyper), model.weights, model.statistics]);
  }
}

/** Whole minibatches only, so that one graph does: the first row fills the last one. */
export function wholeBatches(rows: Int32Array, batchSize: number): Int32Array {
  const order = new Int32Array(Math.ceil(rows.length / batchSize) * batchSize).fill(rows[0]!);
  order.set(rows);
  return order;
}

interface Sums {
  /** [loss, ...metrics] of the rows so far. */
  readonly sums: Tensor;
  /** Rows so far. */
  readonly position: Tensor;
}

interface EvaluationHyper {
  readonly model: Model;
  readonly hyper: Hyper;
  readonly scaling: Scaling;
  readonly targetScale: Tensor;
  /** Rows that count. */
  readonly size: Tensor;
}

function evaluationStep({ plan, loss, metrics }: Program, batchSize: number) {
  return (raw: RawBatch, { sums, position }: Sums, { model, hyper, scaling, targetScale, size }: EvaluationHyper) => {
    const { inputs, targets } = normalizeBatch(raw, scaling);
    const { output } = plan.apply(inputs, inferencePass(plan, model, hyper));
    const perExample = tf.stack([
      loss.technique.perExample(output, targets, scoped(hyper, 'loss.')),
      ...metrics.map(metric => metric.perExample(output, targets, targetScale)),
    ]);
    const counts = tf.less(tf.add(position, tf.range(0, batchSize, 1, 'int32')), size);
    const counted = tf.where(counts, perExample, tf.zerosLike(perExample));
    return {
      state: { sums: tf.add(sums, tf.sum(counted, 1)), position: tf.add(position, tf.scalar(batchSize, 'int32')) },
      metrics: {},
    };
  };
}

/** A state without its slots. */
function pick({ weights, statistics }: Model): Model {
  return { weights, statistics };
}

/** What a plan is applied with when it predicts. */
export function inferencePass({ weights, statistics }: Program['plan'], model: Model, hyper: Hyper): Pass {
  return {
    weights: unpack(model.weights, weights),
    statistics: unpack(model.statistics, statistics),
    earlier: () => [],
    hyper,
    training: false,
    uniform: noRandomness,
    normal: noRandomness,
  };
}

function noRandomness(): never {
  throw new Error('evaluation draws no random numbers');
}
