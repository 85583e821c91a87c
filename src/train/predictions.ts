/** Outputs of a trained model for rows of the data, and what they are worth. */
import { gatherRows } from '../backend/native-ops/gather.ts';
import { withNativeOps } from '../backend/native-ops/native.ts';
import { tf, type Tensor } from '../backend/tf.ts';
import type { Batches } from './batches.ts';
import type { Trained } from './compress/compression.ts';
import { inferencePass } from './evaluate.ts';
import { createHyper } from './hyper.ts';
import { scoped } from './layers/chain.ts';
import { modelOf } from './named-tensors.ts';
import type { Program } from './program.ts';
import { normalizeBatch } from './raw-rows.ts';

/** Rows at a time. */
const chunk = 512;

/** @returns [rows, outputs] as the loss takes them: logits, similarities, or values on the normalized scale */
export function predictRows(
  { program, weights }: Pick<Trained, 'program' | 'weights'>,
  { data, scaling }: Batches,
  rows: Int32Array,
): Float32Array {
  const { plan } = program;
  const hyper = createHyper(program, 0);
  const model = modelOf(plan, weights);
  const width = plan.output[0]!;
  const outputs = new Float32Array(rows.length * width);
  for (let start = 0; start < rows.length; start += chunk)
    tf.tidy(() => {
      const order = tf.tensor1d(rows.subarray(start, start + chunk), 'int32');
      const raw = { inputs: gatherRows(data.inputs, order), targets: gatherRows(data.targets, order) };
      const { inputs } = normalizeBatch(raw, scaling);
      const { output } = withNativeOps(() => plan.apply(inputs, inferencePass(plan, model, hyper)));
      outputs.set(output.dataSync() as Float32Array, start * width);
    });
  tf.dispose([...Object.values(hyper), model.weights, model.statistics]);
  return outputs;
}

/** Means over rows: { loss, accuracy, ... } */
export function scoreOutputs(
  { plan, loss, metrics, hyper }: Program,
  { data, targetScale, scaling }: Batches,
  rows: Int32Array,
  outputs: Float32Array,
): Record<string, number> {
  return tf.tidy(() => {
    const order = tf.tensor1d(rows, 'int32');
    const raw = { inputs: gatherRows(data.inputs, order), targets: gatherRows(data.targets, order) };
    const { targets } = normalizeBatch(raw, scaling);
    const given = tf.tensor2d(outputs, [rows.length, plan.output[0]!]);
    const scalars = Object.fromEntries(Object.entries(hyper).map(([name, value]) => [name, tf.scalar(value)]));
    const mean = (perExample: Tensor): number => tf.mean(perExample).dataSync()[0]!;
    return {
      loss: mean(loss.technique.perExample(given, targets, scoped(scalars, 'loss.'))),
      ...Object.fromEntries(metrics.map(metric => [metric.name, mean(metric.perExample(given, targets, targetScale))])),
    } as never;
  }) as unknown as Record<string, number>;
}

/** Class probabilities from logits, row by row. */
export function softmaxRows(logits: Float32Array, width: number): Float32Array {
  return tf.tidy(
    () => tf.softmax(tf.tensor2d(logits, [logits.length / width, width])).dataSync() as never,
  ) as unknown as Float32Array;
}
