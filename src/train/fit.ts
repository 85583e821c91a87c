/** Trains one model: epochs of shuffled minibatches, a validation after each, the best weights remembered. */
import { tf, type Tensor } from '../backend/tf.ts';
import type { Observer } from '../study/ports.ts';
import type { Rng } from '../study/rng.ts';
import type { StopReason } from '../study/trial.ts';
import type { Batches } from './batches.ts';
import { advance, isOutOfPatience, noProgress, type EarlyStopping, type Progress } from './early-stopping.ts';
import { evaluate } from './evaluate.ts';
import type { Graphs } from './graphs.ts';
import { createKeeper } from './keeper.ts';
import { validationName, type Program } from './program.ts';
import { normalizeBatch, type RawBatch, type Scaling } from './raw-rows.ts';
import { initialState, trainStep, type Hyper, type State } from './step.ts';

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
  /** Asked between chunks of steps: why training must end there. */
  readonly mustEnd: () => 'trial-duration' | 'interrupted' | undefined;
  readonly graphs: Graphs;
}

export interface FitResult {
  /** Absent when training had to end within the first epoch. */
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

export async function fit(program: Program, batches: Batches, options: FitOptions): Promise<FitResult> {
  const { epochs, batchSize, earlyStopping, metric, rng, observe, mustEnd, graphs } = options;
  const { data, scaling } = batches;
  const hyper = createHyper(program, options.seed);
  const keeper = createKeeper(initialState(program, rng.fork('weights')));
  const goesOn = ({ metrics: { loss } }: { readonly metrics: Readonly<Record<string, number>> }): boolean => {
    assertFinite(loss!);
    return mustEnd() === undefined;
  };
  const sign = metric.goal === 'maximize' ? -1 : 1;
  let progress: Progress = noProgress;
  let best: FitResult['best'];
  let stopped: StopReason | undefined;
  let epoch = 0;
  try {
    const inputs = { data, hyper: { hyper, scaling } };
    const example = { ...inputs, state: keeper.state };
    const graph = graphs.take(`train ${program.structure}`, batchSize, example, rawStep(program));
    while (epoch < epochs && stopped === undefined) {
      const started = performance.now();
      const order = rng.fork('shuffle', epoch + 1).shuffle(Int32Array.from(batches.train));
      const trained = await graph.epoch({ ...inputs, state: keeper.state, order, goesOn });
      keeper.replace(trained.state);
      if (!trained.isComplete) {
        stopped = mustEnd()!;
        break;
      }
      const trainLoss = assertFinite(trained.metrics['loss']!);
      epoch += 1;
      const validated = named(await evaluate(program, batches, batches.validation, keeper.state, hyper, graphs));
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
    tf.dispose(Object.values(hyper));
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

/** The training step on rows as they are in the data. */
export function rawStep(program: Program) {
  const step = trainStep(program);
  return (raw: RawBatch, state: State, { hyper, scaling }: { readonly hyper: Hyper; readonly scaling: Scaling }) =>
    step(normalizeBatch(raw, scaling), state, hyper);
}

function assertFinite(loss: number): number {
  if (!Number.isFinite(loss)) throw new NonFiniteLoss(`the training loss was ${loss}`);
  return loss;
}
