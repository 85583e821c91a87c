/** `model.fit` through the compiler: the same arguments, callbacks and history, one graph per epoch. */
import { randomInt } from 'node:crypto';
import type * as TensorFlow from '@tensorflow/tfjs';
import { tf } from '../../tf.ts';
import { NotCompilable } from '../not-compilable.ts';
import { runLoop } from './fit-loop.ts';
import { whileTraining } from './graphs.ts';
import { isPossible, jobOf } from './job.ts';
import { innerModel, type FitLoop, type LayersModel } from './layers-model.ts';
import { createRefusals } from './refusals.ts';
import { createTraining, type Training } from './training.ts';

export interface FitArgs extends TensorFlow.ModelFitArgs {
  /**
   * Seed of shuffling and of random layers, a whole number of 0 or more: from the same weights, the same seed leads to the
   * same weights. Default: another one each time.
   */
  readonly seed?: number;
  /** Trains the ordinary way, without the compiler. Default: false. */
  readonly eager?: boolean;
}

/** One tensor, an array of them, or tensors by the names of the inputs or outputs. */
type Data = TensorFlow.Tensor | TensorFlow.Tensor[] | { [name: string]: TensorFlow.Tensor };

/**
 * Trains a compiled tf.LayersModel, Sequential or functional, as `model.fit` does, and several times faster: an epoch is
 * one run of a TensorFlow graph. It takes the arguments of `model.fit`, calls the same callbacks with the same logs and
 * returns the same history; the model and its optimizer end as they would there, so both may take turns. Graphs are kept:
 * the next fit of the same model starts at once.
 *
 * A model that cannot be compiled is trained by `model.fit` itself, and one line on stderr says which layer or function is
 * in the way, where and why.
 *
 * Where it differs from `model.fit`:
 * - `seed` decides shuffling and all random layers; a dropout layer with a seed of its own draws afresh in each step.
 * - Cross-entropy of a softmax or sigmoid output is taken from its logits, where tfjs cuts probabilities at 1e-7.
 * - What losses, metrics and layers of your own read from JavaScript they read once, when they are compiled. Numbers that
 *   are properties of layers, regularizers or the optimizer may change between epochs; the learning rate at no cost.
 * - Callbacks at minibatches make each minibatch a run of its own, which is slower. Logs are numbers, never tensors.
 * - Instead of a progress bar there is a line an epoch on stderr, unless `verbose` is 0. Callbacks that
 *   tf.registerCallbackConstructor() knows are not called.
 *
 * @param model made with the tfjs that loadBackend() returns
 * @param x [rows, ...] per input
 * @param y [rows, ...] per output
 * @param args those of `model.fit` with the same defaults, and `seed` and `eager`
 * @returns the history, which is `model.history` too
 * @throws what `model.fit` throws: for models that are not compiled, for data of other shapes, and the errors of callbacks
 */
export async function fit(
  model: TensorFlow.LayersModel,
  x: Data,
  y: Data,
  args: FitArgs = {},
): Promise<TensorFlow.History> {
  const { seed = randomInt(1, 2 ** 31), eager = false, ...fitArgs } = args;
  const inner = innerModel(model);
  const obstacle = eager ? undefined : obstacleTo(model);
  if (obstacle !== undefined) process.stderr.write(`${ordinaryWay}: ${obstacle}\n`);
  // A model in training refuses a second one, and says so.
  if (eager || obstacle !== undefined || inner.isTraining) return model.fit(x, y, fitArgs);
  inner.fitLoop = (...given) => whileTraining(inner, () => compiledLoop(inner, seed, given));
  try {
    return await model.fit(x, y, fitArgs);
  } finally {
    delete inner.fitLoop;
  }
}

async function compiledLoop(model: LayersModel, seed: number, given: Parameters<FitLoop>): Promise<TensorFlow.History> {
  const tfjsLoop = () => (Object.getPrototypeOf(model) as Required<LayersModel>).fitLoop.apply(model, given);
  const job = jobOf(model, seed, given);
  if (!isPossible(job) || refusals.has(model)) return tfjsLoop();
  let training: Training;
  try {
    training = createTraining(job);
  } catch (error) {
    if (!(error instanceof NotCompilable)) throw error;
    refusals.add(model, error);
    return tfjsLoop();
  }
  return runLoop(job, training);
}

const ordinaryWay = 'this model trains the ordinary way, without a graph';
const refusals = createRefusals(ordinaryWay);

function obstacleTo(model: TensorFlow.LayersModel): string | undefined {
  if (!('LayersModel' in tf)) return 'loadBackend() has not run yet';
  if (!(model instanceof tf.LayersModel))
    return 'it is of another copy of tfjs than the one that loadBackend() returns';
  const backend = tf.getBackend();
  if (backend !== 'tensorflow') return `the backend is ${backend}; tf.setBackend('tensorflow') changes that`;
  return undefined;
}
