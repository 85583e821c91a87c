/** Trains one model: epochs of shuffled minibatches, a validation after each, the best weights remembered. */
import { tf, type Tensor } from '../backend/tf.ts';
import type { Observer } from '../study/ports.ts';
import type { Rng } from '../study/rng.ts';
import type { StopReason } from '../study/trial.ts';
import type { Batches, Examples } from './batches.ts';
import { advance, isOutOfPatience, noProgress, type EarlyStopping, type Progress } from './early-stopping.ts';
import { evaluate } from './evaluate.ts';
import { createKeeper, type Keeper } from './keeper.ts';
import { validationName, type Program } from './program.ts';
import { initialState, trainStep, type Hyper, type Step, type Stepped } from './step.ts';

export interface FitOptions {
  readonly epochs: number;
  readonly batchSize: number;
  readonly earlyStopping: EarlyStopping;
  /** The measured value that decides which epoch is best: valLoss, valAccuracy, ... */
  readonly metric: { readonly name: string; readonly goal: 'minimize' | 'maximize' };
  readonly rng: Rng;
  /** Seed of the random numbers inside steps. */
  readonly seed: number;
  readonly observe: Observer;
  /** Asked between chunks of steps: whether training must end there. */
  readonly isOutOfTime: () => boolean;
}

export interface FitResult {
  /** Absent when time ran out before the first epoch ended. */
  readonly best?: {
    readonly epoch: number;
    readonly value: number;
    readonly metrics: Readonly<Record<string, number>>;
  };
  /** Epochs that were finished. */
  readonly epochs: number;
  readonly stopped?: StopReason;
  /** Weights, then statistics, of the best epoch; the caller disposes them. */
  readonly snapshot: readonly Tensor[];
}

/** Training ran into NaN or Infinity. */
export class NonFiniteLoss extends Error {
  override readonly name = 'NonFiniteLoss';
}

/** Time between two looks at the loss and at the clock. */
const chunkMilliseconds = 100;

export async function fit(program: Program, batches: Batches, options: FitOptions): Promise<FitResult> {
  const { epochs, batchSize, earlyStopping, metric, rng, observe, isOutOfTime } = options;
  const hyper = createHyper(program, options.seed);
  const targetScale = tf.tensor1d([...batches.targetNormalization.scale]);
  const keeper = createKeeper(initialState(program, rng.fork('weights')));
  const step = trainStep(program);
  const sign = metric.goal === 'maximize' ? -1 : 1;
  let progress: Progress = noProgress;
  let best: FitResult['best'];
  let stopped: StopReason | undefined;
  let epoch = 0;
  try {
    while (epoch < epochs && stopped === undefined) {
      const started = performance.now();
      const rows = Int32Array.from({ length: batches.train.size }, (_, row) => row);
      const order = rng.fork('shuffle', epoch + 1).shuffle(rows);
      const trainLoss = await trainEpoch(step, batches.train, { order, batchSize, keeper, hyper, isOutOfTime });
      if (trainLoss === undefined) {
        stopped = 'trial-duration';
        break;
      }
      epoch += 1;
      const validated = named(evaluate(program, batches.validation, keeper.state, hyper, targetScale));
      const metrics: Record<string, number> = {
        trainLoss,
        ...validated,
        seconds: (performance.now() - started) / 1000,
      };
      const value = metrics[metric.name];
      if (value === undefined)
        throw new Error(`no metric named ${metric.name}; there are ${Object.keys(metrics).join(', ')}`);
      if (!Number.isFinite(value)) throw new NonFiniteLoss(`${metric.name} was ${value} after epoch ${epoch}`);
      progress = advance(progress, epoch, sign * value, earlyStopping);
      if (progress.bestEpoch === epoch) {
        keeper.remember();
        best = { epoch, value, metrics };
      }
      if ((await observe({ step: epoch, value, metrics })) === 'stop') stopped = 'pruner';
      else if (epoch < epochs && isOutOfPatience(progress, earlyStopping)) stopped = 'early-stopping';
    }
    keeper.release({ keepSnapshot: true });
    return { epochs: epoch, snapshot: keeper.snapshot, ...(best && { best }), ...(stopped && { stopped }) };
  } catch (error) {
    keeper.release({ keepSnapshot: false });
    throw error;
  } finally {
    tf.dispose([...Object.values(hyper), targetScale]);
  }
}

/** The program's continuous hyperparameters and the seed as scalars; the caller disposes them. */
export function createHyper(program: Program, seed: number): Hyper {
  const scalars = Object.entries(program.hyper).map(([name, value]) => [name, tf.scalar(value)] as const);
  return { ...Object.fromEntries(scalars), seed: tf.scalar(seed, 'int32') };
}

/** { loss } becomes { valLoss }. */
function named(measured: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(measured).map(([name, value]) => [validationName(name), value]));
}

interface EpochOptions {
  /** Row numbers in the order of this epoch. */
  readonly order: Int32Array;
  readonly batchSize: number;
  readonly keeper: Keeper;
  readonly hyper: Hyper;
  readonly isOutOfTime: () => boolean;
}

/** Mean loss over the epoch; undefined when time ran out within it. */
async function trainEpoch(step: Step, examples: Examples, options: EpochOptions): Promise<number | undefined> {
  const { order, batchSize, keeper, hyper, isOutOfTime } = options;
  let sum = 0;
  let unread: { loss: Tensor; size: number }[] = [];
  const readLosses = (): void => {
    for (const { loss, size } of unread) sum += loss.dataSync()[0]! * size;
    tf.dispose(unread.map(({ loss }) => loss));
    unread = [];
    if (!Number.isFinite(sum)) throw new NonFiniteLoss(`the training loss was ${sum}`);
  };
  let chunkStarted = performance.now();
  for (let start = 0; start < order.length; start += batchSize) {
    const rows = order.subarray(start, start + batchSize);
    const { state, loss } = runStep(step, examples, rows, keeper, hyper);
    keeper.replace(state);
    unread.push({ loss, size: rows.length });
    if (performance.now() - chunkStarted < chunkMilliseconds) continue;
    readLosses();
    if (isOutOfTime()) return undefined;
    // Lets messages and signals in.
    await new Promise(resolve => setImmediate(resolve));
    chunkStarted = performance.now();
  }
  readLosses();
  return sum / order.length;
}

function runStep(step: Step, examples: Examples, rows: Int32Array, keeper: Keeper, hyper: Hyper): Stepped {
  // tidy keeps every tensor inside the result, however deep; its type only knows plain containers.
  return tf.tidy(() => {
    const picked = tf.tensor1d(rows, 'int32');
    const batch = { inputs: tf.gather(examples.inputs, picked), targets: tf.gather(examples.targets, picked) };
    return step(batch, keeper.state, hyper) as never;
  }) as Stepped;
}
