/** The loop of tfjs's `model.fit`, with its callbacks, logs and history, around training and validation by graphs. */
import type * as TensorFlow from '@tensorflow/tfjs';
import { createRng } from '../../../study/rng.ts';
import { tf } from '../../tf.ts';
import type { Job, Logs } from './job.ts';
import type { LayersCallback } from './layers-model.ts';
import type { Training } from './training.ts';
import { createMeasure } from './validation.ts';

export async function runLoop(job: Job, training: Training): Promise<TensorFlow.History> {
  const { model, rows, epochs, initialEpoch, verbose, shuffle } = job;
  const history = new tf.History();
  const callbacks = callbackList(job, history);
  const validate = job.validation ? createMeasure(job, job.validation) : undefined;
  const rng = createRng(job.seed, 'fit', 'shuffle');
  const inOrder = Int32Array.from({ length: rows }, (_, row) => row);
  model.history = history;
  await callbacks.onTrainBegin();
  model.stopTraining_ = false;
  for (let epoch = initialEpoch; epoch < epochs; epoch++) {
    const started = performance.now();
    await callbacks.onEpochBegin(epoch);
    // By the number of steps, which goes on from fit to fit.
    const order = shuffle ? rng.fork(model.optimizer_.iterations_ ?? 0).shuffle(inOrder) : inOrder;
    const logs = await trainEpoch(job, training, order, callbacks, validate);
    if (verbose > 0) printEpoch(epoch + 1, epochs, logs, performance.now() - started);
    await callbacks.onEpochEnd(epoch, logs);
    if (model.stopTraining_) break;
  }
  await callbacks.onTrainEnd();
  return history;
}

/** @returns what callbacks see at its end, in the order of tfjs */
async function trainEpoch(
  { model, batchSize, callbacks: watchers }: Job,
  training: Training,
  order: Int32Array,
  callbacks: TensorFlow.CallbackList,
  validate: (() => Promise<Logs>) | undefined,
): Promise<Logs> {
  // A model that is stopped when an epoch begins trains one more minibatch in tfjs.
  const isWatched = watchers.some(seesBatches) || model.stopTraining_;
  const size = isWatched ? batchSize : order.length;
  const sums: Logs = {};
  const validated: Logs = {};
  let seen = 0;
  for (let batch = 0; seen < order.length; batch++) {
    const part = order.subarray(seen, seen + size);
    if (isWatched) await callbacks.onBatchBegin(batch, {});
    const { rows, logs } = await training.run(part);
    seen += rows;
    for (const [label, mean] of Object.entries(logs)) sums[label] = (sums[label] ?? 0) + mean * rows;
    if (validate && seen === order.length)
      for (const [label, mean] of Object.entries(await validate())) validated[`val_${label}`] = mean;
    if (isWatched) await callbacks.onBatchEnd(batch, { batch, size: rows, ...logs });
    if (model.stopTraining_) break;
  }
  const means = Object.entries(sums).map(([label, sum]) => [label, sum / seen] as const);
  return { ...validated, ...Object.fromEntries(means) };
}

function callbackList(job: Job, history: TensorFlow.History): TensorFlow.CallbackList {
  const { model, callbacks, callbackMetrics, epochs, initialEpoch, rows, batchSize, verbose, validation } = job;
  const list = new tf.CallbackList([...callbacks, history] as TensorFlow.Callback[]);
  list.setParams({
    epochs,
    initialEpoch,
    samples: rows,
    steps: null,
    batchSize,
    verbose,
    doValidation: validation !== undefined,
    metrics: callbackMetrics,
  } as never);
  list.setModel(model as never);
  return list;
}

/** Every callback has onBatchEnd; whether it does anything shows in its functions or in its class. */
function seesBatches(callback: LayersCallback): boolean {
  if (callback instanceof tf.CustomCallback)
    return [callback.batchBegin, callback.batchEnd, callback.yield].some(part => part !== undefined && part !== null);
  const { onBatchBegin, onBatchEnd } = tf.Callback.prototype as unknown as LayersCallback;
  return callback.onBatchBegin !== onBatchBegin || callback.onBatchEnd !== onBatchEnd;
}

function printEpoch(epoch: number, epochs: number, logs: Logs, milliseconds: number): void {
  const values = Object.entries(logs).map(([label, value]) => `${label} ${value.toPrecision(4)}`);
  process.stderr.write(`epoch ${epoch}/${epochs}  ${values.join('  ')}  ${Math.round(milliseconds)} ms\n`);
}
