/** Outputs of a trained model for rows of the data, and what they are worth. */
import { withNativeOps } from '../backend/native-ops/native.ts';
import { tf, type Tensor } from '../backend/tf.ts';
import type { Batches } from './batches.ts';
import type { Trained } from './compress/compression.ts';
import { inferencePass } from './evaluate.ts';
import { scoped } from './layers/chain.ts';
import { withModel } from './named-tensors.ts';
import type { Program } from './program.ts';
import { normalizeBatch, rowsOf } from './raw-rows.ts';

/** Rows at a time. */
const chunk = 512;

/** @returns [rows, outputs] as the loss takes them: logits, similarities, or values on the normalized scale */
export function predictRows(
  trained: Pick<Trained, 'program' | 'weights'>,
  batches: Batches,
  rows: Int32Array,
): Promise<Float32Array> {
  const { plan } = trained.program;
  const width = plan.output[0]!;
  return withModel(trained, async (model, hyper) => {
    const outputs = new Float32Array(rows.length * width);
    let done = 0;
    for await (const { data, order } of batches.inOrder(rows, chunk))
      for (let start = 0; start < order.length; start += chunk)
        tf.tidy(() => {
          const { inputs } = normalizeBatch(rowsOf(data, order.subarray(start, start + chunk)), batches.scaling);
          const { output } = withNativeOps(() => plan.apply(inputs, inferencePass(plan, model, hyper)));
          outputs.set(output.dataSync() as Float32Array, done * width);
          done += output.shape[0]!;
        });
    return outputs;
  });
}

/** Means over rows: { loss, accuracy, ... } */
export async function scoreOutputs(
  { plan, loss, metrics, hyper }: Program,
  batches: Batches,
  rows: Int32Array,
  outputs: Float32Array,
): Promise<Record<string, number>> {
  const { scaling, targetScale } = batches;
  const width = plan.output[0]!;
  const means: Record<string, number> = {};
  let done = 0;
  for await (const { data, order } of batches.inOrder(rows, chunk))
    tf.tidy(() => {
      const { targets } = normalizeBatch(rowsOf(data, order), scaling);
      const given = tf.tensor2d(outputs.subarray(done * width, (done + order.length) * width), [order.length, width]);
      const scalars = Object.fromEntries(Object.entries(hyper).map(([name, value]) => [name, tf.scalar(value)]));
      const add = (name: string, perExample: Tensor): void => {
        means[name] = (means[name] ?? 0) + tf.mean(perExample).dataSync()[0]! * (order.length / rows.length);
      };
      add('loss', loss.technique.perExample(given, targets, scoped(scalars, 'loss.')));
      for (const metric of metrics) add(metric.name, metric.perExample(given, targets, targetScale));
      done += order.length;
    });
  return means;
}

/** Class probabilities from logits, row by row. */
export function softmaxRows(logits: Float32Array, width: number): Float32Array {
  return tf.tidy(
    () => tf.softmax(tf.tensor2d(logits, [logits.length / width, width])).dataSync() as never,
  ) as unknown as Float32Array;
}
