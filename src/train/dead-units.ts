/**
 * Hidden units that put out the same number whatever they are given, so that they neither tell anything nor learn: relu
 * units that are 0 everywhere above all. Lu et al. 2019, "Dying ReLU and initialization", https://arxiv.org/abs/1903.06733.
 */
import { tf, type Tensor } from '../backend/tf.ts';
import type { Batches } from './batches.ts';
import { foldRows, inferencePass, type Model } from './evaluate.ts';
import type { Graphs } from './graphs.ts';
import type { Program } from './program.ts';
import { normalizeBatch, rowsOf, type RawBatch, type Scaling } from './raw-rows.ts';
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
  const units = await countUnits(program, batches, rows, given);
  if (units === 0) return undefined;
  const fold = { name: `dead units ${program.structure}`, step: () => rangeStep(program) };
  const { largest, smallest } = await foldRows(fold, batches, rows, emptyRange(units), given, graphs);
  const [high, low] = [largest.dataSync(), smallest.dataSync()];
  tf.dispose([largest, smallest]);
  return high.filter((value, unit) => value === low[unit]).length / units;
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

async function countUnits(program: Program, batches: Batches, rows: Int32Array, given: Given): Promise<number> {
  let units = 0;
  for await (const { data, order } of batches.inOrder(rows.subarray(0, 1), 1))
    tf.tidy(() => {
      units = outputsOf(program, rowsOf(data, order), given).reduce((sum, { shape }) => sum + shape[1]!, 0);
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
