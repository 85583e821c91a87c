/** Loss and metrics of a model over a set of rows, in one run of a graph for each portion of them. */
import { tf, type Tensor } from '../backend/tf.ts';
import type { Batches } from './batches.ts';
import type { Trained } from './compress/compression.ts';
import type { Graphs } from './graphs.ts';
import { scoped } from './layers/chain.ts';
import type { Pass } from './layers/layer.ts';
import { unpack } from '../backend/graph/packed.ts';
import type { Step } from '../backend/graph/step.ts';
import { withModel } from './named-tensors.ts';
import type { Program } from './program.ts';
import { normalizeBatch, type RawBatch, type Scaling } from './raw-rows.ts';
import type { Hyper, State } from './step.ts';

/** Larger batches gain no speed and cost memory. */
const largestBatch = 512;

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
  const names = ['loss', ...program.metrics.map(({ name }) => name)];
  const first: Sums = { sums: tf.zeros([names.length]), position: tf.scalar(0, 'int32') };
  const { scaling, targetScale } = batches;
  const size = tf.scalar(rows.length, 'int32');
  const given: EvaluationHyper = { model: pick(model), hyper, scaling, targetScale, size };
  try {
    const fold = { name: `evaluate ${program.structure}`, step: (size: number) => evaluationStep(program, size) };
    const last = await foldRows(fold, batches, rows, first, given, graphs);
    const sums = last.sums.dataSync();
    tf.dispose(last as never);
    return Object.fromEntries(names.map((name, index) => [name, sums[index]! / rows.length]));
  } finally {
    size.dispose();
  }
}

/** Means of a finished model over the given rows. */
export function score(
  trained: Pick<Trained, 'program' | 'weights'>,
  batches: Batches,
  rows: Int32Array,
  graphs: Graphs,
): Promise<Score> {
  return withModel(trained, async (model, hyper) => {
    const { loss, ...metrics } = await evaluate(trained.program, batches, rows, model, hyper, graphs);
    return { loss: loss!, metrics, examples: rows.length };
  });
}

/** What takes in one minibatch after the other, all of one size. */
interface Fold<State extends object, Given extends object> {
  /** Of its graph. */
  readonly name: string;
  readonly step: (batchSize: number) => Step<RawBatch, State, Given>;
}

/**
 * Runs a step over rows in their order, portion by portion. The last minibatch is filled up with a row that is there
 * already: one graph does for all.
 * @param first freed; the caller disposes the result
 */
export async function foldRows<State extends object, Given extends object>(
  { name, step }: Fold<State, Given>,
  batches: Batches,
  rows: Int32Array,
  first: State,
  given: Given,
  graphs: Graphs,
): Promise<State> {
  const batchSize = Math.min(largestBatch, rows.length);
  let state = first;
  try {
    for await (const { data, order } of batches.inOrder(rows, batchSize)) {
      const inputs = { data, state, hyper: given };
      const graph = graphs.take(name, batchSize, inputs, step(batchSize));
      const { state: next } = await graph.epoch({ ...inputs, order: wholeBatches(order, batchSize) });
      tf.dispose(state as never);
      state = next;
    }
    return state;
  } catch (error) {
    tf.dispose(state as never);
    throw error;
  }
}

function wholeBatches(rows: Int32Array, batchSize: number): Int32Array {
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
