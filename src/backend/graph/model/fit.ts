/** `model.fit` through the compiler: the same arguments, callbacks and history, one graph per epoch. */
import { randomInt } from 'node:crypto';
import type * as TensorFlow from '@tensorflow/tfjs';
import { createRng } from '../../../study/rng.ts';
import { tf, type Tensor } from '../../tf.ts';
import { compileStep } from '../compile-step.ts';
import { NotCompilable } from '../not-compilable.ts';
import { innerModel, type BatchFunction, type FitLoop, type LayersCallback, type LayersModel } from './layers-model.ts';
import { logitsOutputs } from './losses-from-logits.ts';
import { evaluationStep, trainingStep, variablesOf, type ModelState } from './model-step.ts';

export interface FitArgs extends TensorFlow.ModelFitArgs {
  /** Seed of shuffling and dropout: the same seed gives the same weights. Default: another one each time. */
  readonly seed?: number;
  /** Trains the ordinary way. Default: false. */
  readonly eager?: boolean;
}

type Data = TensorFlow.Tensor | TensorFlow.Tensor[] | { [inputName: string]: TensorFlow.Tensor };

/**
 * Trains a compiled tf.LayersModel, Sequential or functional, several times faster than `model.fit`, whose arguments,
 * callbacks and history it has. Shuffling and dropout take their numbers from `seed`. A model that cannot be compiled is
 * named on stderr with the reason, and trains the ordinary way.
 */
export async function fit(
  model: TensorFlow.LayersModel,
  x: Data,
  y: Data,
  { seed = randomInt(1, 2 ** 31), eager = false, ...args }: FitArgs = {},
): Promise<TensorFlow.History> {
  if (eager) return model.fit(x, y, args);
  const inner = innerModel(model);
  inner.fitLoop = (...given) => compiledLoop(inner, seed, given);
  try {
    return await model.fit(x, y, args);
  } finally {
    delete inner.fitLoop;
  }
}

async function compiledLoop(model: LayersModel, seed: number, given: Parameters<FitLoop>): Promise<TensorFlow.History> {
  let training: Training;
  try {
    training = prepareTraining(model, seed, given);
  } catch (error) {
    if (!(error instanceof NotCompilable)) throw error;
    process.stderr.write(`this model trains the ordinary way: ${error.message}\n`);
    return (Object.getPrototypeOf(model) as { fitLoop: FitLoop }).fitLoop.apply(model, given);
  }
  const [, data, , batchSize = 32, epochs = 1, verbose = 1, callbacks, test, , shuffle = true] = given;
  const [callbackMetrics, initialEpoch = 0] = given.slice(10) as [readonly string[], number?];
  const rows = data[0]!.shape[0]!;
  const rng = createRng(seed, 'fit');
  const history = new tf.History();
  const list = new tf.CallbackList([...callbacks, history] as TensorFlow.Callback[]);
  list.setParams({
    epochs,
    initialEpoch,
    samples: rows,
    batchSize,
    verbose,
    doValidation: test !== undefined,
    metrics: callbackMetrics,
  } as never);
  list.setModel(model as never);
  model.history = history;
  model.stopTraining_ = false;
  try {
    await list.onTrainBegin();
    for (let epoch = initialEpoch; epoch < epochs && !model.stopTraining_; epoch++) {
      const started = performance.now();
      await list.onEpochBegin(epoch);
      const ordered = Int32Array.from({ length: rows }, (_, row) => row);
      const order = shuffle ? rng.fork('shuffle', epoch).shuffle(ordered) : ordered;
      const trained = callbacks.some(seesBatches)
        ? await batchByBatch(training, order, batchSize, list, () => model.stopTraining_)
        : await training.epoch(order);
      const logs = { ...trained, ...(await training.validate()) };
      if (verbose > 0) printEpoch(epoch + 1, epochs, logs, performance.now() - started);
      await list.onEpochEnd(epoch, logs);
    }
    await list.onTrainEnd();
    return history;
  } finally {
    training.dispose();
  }
}

type Logs = Record<string, number>;

interface Training {
  /** Trains on the rows in their order; the model has its new weights then. */
  epoch(order: Int32Array): Promise<Logs>;
  /** Nothing where there is no validation data. */
  validate(): Promise<Logs>;
  dispose(): void;
}

/** @throws NotCompilable */
function prepareTraining(model: LayersModel, seed: number, given: Parameters<FitLoop>): Training {
  const [train, dataWithGaps, labels, batchSize = 32, , , , test, validationData] = given;
  // Outputs without sample weights have null in their place.
  const data = dataWithGaps.filter(tensor => tensor !== null);
  const fillGaps = (batch: readonly Tensor[]): (Tensor | null)[] => {
    let next = 0;
    return dataWithGaps.map(tensor => tensor && batch[next++]!);
  };
  const optimizer = model.optimizer_;
  const variables = variablesOf(model);
  const logits = logitsOutputs(model, data.slice(model.inputs.length, model.inputs.length + model.outputLayers.length));
  const hyper = { seed: tf.scalar(seed, 'int32') };
  let step: Tensor = tf.scalar(0, 'int32');
  const onFallback = (reason: NotCompilable): never => {
    throw reason;
  };
  const compile = () =>
    compileStep<readonly Tensor[], ModelState, typeof hyper>(
      trainingStep(model, batch => train(fillGaps(batch as readonly Tensor[])), labels, variables, logits),
      {
        data,
        state: { variables, step },
        hyper,
        batchSize,
        onFallback,
      },
    );
  // The optimizer's settings are constants of the graph.
  const settings = (): string => JSON.stringify(optimizer.getConfig());
  const values = { values: variables };
  let validation: ReturnType<typeof compileValidation> | undefined;
  const compileValidation = (test: BatchFunction) =>
    compileStep<readonly Tensor[], readonly Tensor[], typeof values>(evaluationStep(test, labels, variables), {
      data: validationData,
      state: [],
      hyper: values,
      batchSize,
      onFallback,
    });
  let graph = compile();
  let compiledFor = settings();
  return {
    async epoch(order) {
      if (settings() !== compiledFor) {
        graph.dispose();
        graph = compile();
        compiledFor = settings();
      }
      const { state, metrics } = await graph.epoch({
        data,
        state: { variables, step },
        hyper,
        order,
        goesOn: () => !model.stopTraining_,
      });
      variables.forEach((variable, index) => variable.assign(state.variables[index]!));
      tf.dispose([...state.variables, step]);
      step = state.step;
      optimizer.iterations_ = (optimizer.iterations_ ?? 0) + Math.ceil(order.length / batchSize);
      return { ...metrics };
    },
    async validate() {
      if (!test) return {};
      validation ??= compileValidation(test);
      const { metrics } = await validation.epoch({ data: validationData, state: [], hyper: values });
      return Object.fromEntries(Object.entries(metrics).map(([label, value]) => [`val_${label}`, value]));
    },
    dispose() {
      graph.dispose();
      validation?.dispose();
      tf.dispose([hyper.seed, step]);
    },
  };
}

/** For callbacks that want to see every minibatch: each is a run of the graph. */
async function batchByBatch(
  training: Training,
  order: Int32Array,
  batchSize: number,
  callbacks: TensorFlow.CallbackList,
  isStopped: () => boolean,
): Promise<Logs> {
  const totals: Logs = {};
  let rows = 0;
  for (let batch = 0; rows < order.length && !isStopped(); batch++) {
    const part = order.subarray(rows, rows + batchSize);
    await callbacks.onBatchBegin(batch, {});
    const logs = await training.epoch(part);
    for (const [label, value] of Object.entries(logs)) totals[label] = (totals[label] ?? 0) + value * part.length;
    rows += part.length;
    await callbacks.onBatchEnd(batch, { batch, size: part.length, ...logs });
  }
  return Object.fromEntries(Object.entries(totals).map(([label, total]) => [label, total / rows]));
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
