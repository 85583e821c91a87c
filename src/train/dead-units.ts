/**
 * Hidden units that put out the same number whatever they are given, so that they neither tell anything nor learn: relu
 * units that are 0 everywhere above all. Lu et al. 2019, "Dying ReLU and initialization", https://arxiv.org/abs/1903.06733.
 */
import { gatherRows } from '../backend/native-ops/gather.ts';
import { tf, type Tensor } from '../backend/tf.ts';
import type { Batches } from './batches.ts';
import { inferencePass, largestBatch, wholeBatches, type Model } from './evaluate.ts';
import type { Graphs } from './graphs.ts';
import type { Program } from './program.ts';
import { normalizeBatch, type RawBatch, type Scaling } from './raw-rows.ts';
import type { Hyper } from './step.ts';

/**
 * The share of such units, or channels, among all that end in an activation function, over the given rows and the
 * positions in them. Undefined where there are none.
 */
export async function deadUnits(
  program: Program,
  batches: Batches,
  rows: Int32Array,
  { weights, statistics }: Model,
  hyper: Hyper,
  graphs: Graphs,
): Promise<number | undefined> {
  const given = { model: { weights, statistics }, hyper, scaling: batches.scaling };
  const batchSize = Math.min(largestBatch, rows.length);
  const step = rangeStep(program);
  let range: Range | undefined;
  try {
    for await (const { data, order } of batches.inOrder(rows, batchSize)) {
      range ??= emptyRange(countUnits(program, data, given));
      if (range.largest.size === 0) return undefined;
      const inputs = { data, state: range, hyper: given };
      const graph = graphs.take(`dead units ${program.structure}`, batchSize, inputs, step);
      const { state: next } = await graph.epoch({ ...inputs, order: wholeBatches(order, batchSize) });
      tf.dispose(range as never);
      range = next;
    }
    const { largest, smallest } = range!;
    const [high, low] = [largest.dataSync(), smallest.dataSync()];
    return high.filter((value, unit) => value === low[unit]).length / high.length;
  } finally {
    tf.dispose(range as never);
  }
}

interface Range {
  /** [units], of the rows so far. */
  readonly largest: Tensor;
  readonly smallest: Tensor;
}

interface Given {
  readonly model: Model;
  readonly hyper: Hyper;
  readonly scaling: Scaling;
}

function emptyRange(units: number): Range {
  const of = (value: number): Tensor => tf.tensor1d(new Float32Array(units).fill(value));
  return { largest: of(-Infinity), smallest: of(Infinity) };
}

function rangeStep(program: Program) {
  return (raw: RawBatch, { largest, smallest }: Range, given: Given) => {
    const outputs = outputsOf(program, raw, given);
    const ofEach = (reduce: typeof tf.max | typeof tf.min): Tensor => tf.concat(outputs.map(rows => reduce(rows, 0)));
    const state = {
      largest: tf.maximum(largest, ofEach(tf.max)),
      smallest: tf.minimum(smallest, ofEach(tf.min)),
    };
    return { state, metrics: {} };
  };
}

function countUnits(program: Program, { inputs, targets }: RawBatch, given: Given): number {
  let units = 0;
  tf.tidy(() => {
    const first = tf.tensor1d([0], 'int32');
    const raw = { inputs: gatherRows(inputs, first), targets: gatherRows(targets, first) };
    units = outputsOf(program, raw, given).reduce((sum, { shape }) => sum + shape[1]!, 0);
  });
  return units;
}

/** What hidden units put out: [rows and positions, units] for each activation. */
function outputsOf({ plan }: Program, raw: RawBatch, { model, hyper, scaling }: Given): Tensor[] {
  const outputs: Tensor[] = [];
  const watch = (output: Tensor): void => void outputs.push(tf.reshape(output, [-1, output.shape.at(-1)!]));
  plan.apply(normalizeBatch(raw, scaling).inputs, { ...inferencePass(plan, model, hyper), watch });
  return outputs;
}
