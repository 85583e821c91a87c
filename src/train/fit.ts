/** Trains one model: epochs of shuffled minibatches, a validation after each, the best weights remembered. */
import type { EpochMetrics } from '../backend/graph/epoch.ts';
import { tf, type Tensor } from '../backend/tf.ts';
import type { Observer } from '../study/ports.ts';
import type { Chosen } from '../space/technique.ts';
import { createRng, type Rng } from '../study/rng.ts';
import type { StopReason } from '../study/trial.ts';
import type { Batches, Portion } from './batches.ts';
import type { NamedTensor } from './checkpoint.ts';
import { advance, isOutOfPatience, noProgress, type EarlyStopping, type Progress } from './early-stopping.ts';
import { evaluate } from './evaluate.ts';
import type { Graphs } from './graphs.ts';
import type { Learned, Replay, Tuning } from './hypergradient/tuning.ts';
import { createHyper, type Vectors } from './hyper.ts';
import { createKeeper } from './keeper.ts';
import { asGiven, nameTensors } from './named-tensors.ts';
import type { Phase } from './phases.ts';
import { validationName, type Program } from './program.ts';
import { normalizeBatch, type RawBatch, type Scaling } from './raw-rows.ts';
import type { Course, Schedule } from './schedules/schedule.ts';
import { initialState, trainStep, type Given, type Hyper, type State } from './step.ts';

export interface FitOptions {
  readonly epochs: number;
  readonly batchSize: number;
  readonly lastBatch: 'keep' | 'drop';
  readonly schedule?: Chosen<Schedule> | undefined;
  /** Hyperparameters that are vectors: `classWeights`, `mask`. Default: none. */
  readonly vectors?: Vectors;
  /** Weights to start from, by name. */
  readonly given: Given;
  /** Hyperparameters that the gradient of the tuning rows' loss moves. Default: none. */
  readonly tuning?: Tuning | undefined;
  /** Hyperparameters that move as they did in an earlier training. Default: none. */
  readonly replay?: Replay;
  readonly earlyStopping: EarlyStopping;
  /** The epoch whose weights are kept. Default: best. */
  readonly keep?: 'best' | 'last';
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
  /** Absent when training had to end within the first epoch of the whole model. */
  readonly best?: {
    readonly epoch: number;
    readonly value: number;
    readonly metrics: Readonly<Record<string, number>>;
  };
  /** Epochs that were finished. */
  readonly epochs: number;
  readonly stopped?: StopReason;
  /** Losses of each epoch. */
  readonly curve: Curve;
  /** The model of the epoch that is kept, or what there is where none was finished. */
  readonly weights: readonly NamedTensor[];
  /** What was tuned by gradients. */
  readonly learned?: Learned;
  /** Gradients that were taken, counted in examples: of training, of tuning, and of differences. */
  readonly gradientEvaluations: number;
}

export interface Curve {
  readonly train: readonly number[];
  readonly validation: readonly number[];
}

/** Training ran into NaN or Infinity. */
export class NonFiniteLoss extends Error {
  override readonly name = 'NonFiniteLoss';
}

/** Trains one phase after the other; each starts with what the one before it has learned. */
export async function fit(phases: readonly Phase[], batches: Batches, options: FitOptions): Promise<FitResult> {
  const { epochs, batchSize, lastBatch, earlyStopping, keep, metric, rng, observe, mustEnd, graphs } = options;
  const { scaling } = batches;
  const goesOn = ({ metrics: { loss } }: Pick<EpochMetrics, 'metrics'>): boolean => {
    assertFinite(loss!);
    return mustEnd() === undefined;
  };
  const sign = metric.goal === 'maximize' ? -1 : 1;
  const losses: number[] = [];
  const curve = { train: [] as number[], validation: [] as number[] };
  let known: Given = options.given;
  let progress: Progress = noProgress;
  let best: FitResult['best'];
  let weights: readonly NamedTensor[] = [];
  let stopped: StopReason | undefined;
  let epoch = 0;

  const trainPhase = async ({ program, isWhole }: Phase, last: number, seed: number): Promise<void> => {
    const hyper = createHyper(program, seed, options.vectors);
    const keeper = createKeeper(initialState(program, rng.fork('weights'), known));
    try {
      const step = rawStep(program);
      while (epoch < last && stopped === undefined) {
        const started = performance.now();
        const rate = scaledRate(program, options.schedule, { epoch: epoch + 1, epochs, losses });
        const given = { hyper: { ...hyper, ...rate }, scaling };
        const portions = batches.shuffled(batches.train, batchSize, rng.fork('shuffle', epoch + 1));
        const trainLoss = await overPortions(portions, goesOn, async ({ data, order }) => {
          const inputs = { data, state: keeper.state, hyper: given };
          const graph = graphs.take(`train ${program.structure}`, batchSize, inputs, step);
          const trained = await graph.epoch({ ...inputs, order, lastBatch, goesOn });
          keeper.replace(trained.state);
          return trained;
        }).finally(() => tf.dispose(rate));
        if (trainLoss === undefined) {
          stopped = mustEnd()!;
          break;
        }
        assertFinite(trainLoss);
        epoch += 1;
        const validated = named(await evaluate(program, batches, batches.validation, keeper.state, hyper, graphs));
        const seconds = (performance.now() - started) / 1000;
        const metrics: Record<string, number> = { trainLoss, ...validated, seconds };
        const value = metrics[metric.name];
        if (value === undefined)
          throw new Error(`no metric named ${metric.name}; there are ${Object.keys(metrics).join(', ')}`);
        if (!Number.isFinite(value)) throw new NonFiniteLoss(`${metric.name} was ${value} after epoch ${epoch}`);
        losses.push(sign * value);
        curve.train.push(trainLoss);
        curve.validation.push(metrics['valLoss']!);
        if (isWhole) {
          progress = advance(progress, epoch, sign * value, earlyStopping);
          if (progress.bestEpoch === epoch || keep === 'last') {
            keeper.remember();
            best = { epoch, value, metrics };
          }
        }
        if ((await observe({ step: epoch, value, metrics })) === 'stop') stopped = 'pruner';
        else if (epoch < epochs && isOutOfPatience(progress, earlyStopping)) stopped = 'early-stopping';
      }
      known = new Map([...known, ...asGiven(nameTensors(program, keeper.state))]);
      if (keeper.snapshot) weights = nameTensors(program, keeper.snapshot);
      else if (!best) weights = nameTensors(program, keeper.state);
    } finally {
      keeper.release();
      tf.dispose(Object.values(hyper));
    }
  };

  for (const [index, phase] of phases.entries()) {
    if (stopped !== undefined) break;
    const next = phases[index + 1];
    await trainPhase(phase, next ? next.start - 1 : epochs, phaseSeed(options.seed, index));
  }
  return { epochs: epoch, curve, weights, gradientEvaluations: 0, ...(best && { best }), ...(stopped && { stopped }) };
}

/**
 * An epoch, portion by portion.
 * @returns the mean loss of its rows; undefined when it had to end before all of them had their turn
 */
async function overPortions(
  portions: AsyncIterable<Portion>,
  goesOn: (soFar: Pick<EpochMetrics, 'metrics'>) => boolean,
  train: (portion: Portion) => Promise<EpochMetrics & { readonly isComplete: boolean }>,
): Promise<number | undefined> {
  let done = 0;
  let loss = 0;
  for await (const portion of portions) {
    if (done > 0 && !goesOn({ metrics: { loss } })) return undefined;
    const { rows, metrics, isComplete } = await train(portion);
    if (!isComplete) return undefined;
    // The last portion may be a batch that is dropped.
    if (rows === 0) continue;
    done += rows;
    loss += (metrics['loss']! - loss) * (rows / done);
  }
  return done > 0 ? loss : NaN;
}

/** Steps count from 0 in every phase, and must not draw the same numbers again. */
function phaseSeed(seed: number, phase: number): number {
  return phase === 0 ? seed : createRng(seed, 'phase', phase).int(2 ** 31);
}

/** The learning rate of an epoch, where a schedule decides it; the caller disposes it. */
function scaledRate(program: Program, schedule: Chosen<Schedule> | undefined, course: Course): Record<string, Tensor> {
  if (!schedule) return {};
  const name = 'optimizer.learningRate';
  return { [name]: tf.scalar(program.hyper[name]! * schedule.technique.factor(schedule.knobs, course)) };
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
