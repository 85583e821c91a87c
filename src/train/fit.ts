/** Trains one model: epochs of shuffled minibatches, a validation after each, the best weights remembered. */
import type { EpochMetrics } from '../backend/graph/epoch.ts';
import type { Observer } from '../study/ports.ts';
import type { Chosen } from '../space/technique.ts';
import { createRng, type Rng } from '../study/rng.ts';
import type { StopReason } from '../study/trial.ts';
import type { Batches } from './batches.ts';
import type { NamedTensor } from './checkpoint.ts';
import { advance, isOutOfPatience, noProgress, type EarlyStopping, type Progress } from './early-stopping.ts';
import { plainEpochs, stepsOf, type Epochs, type EpochsContext } from './epochs.ts';
import { evaluate } from './evaluate.ts';
import type { Graphs } from './graphs.ts';
import type { Learned, Replay, Tuning } from './hypergradient/tuning.ts';
import { replayedEpochs } from './hypergradient/replayed-epochs.ts';
import { createTrail, type Trail } from './hypergradient/trail.ts';
import { tunedEpochs } from './hypergradient/tuned-epochs.ts';
import type { Vectors } from './hyper.ts';
import { createKeeper } from './keeper.ts';
import { asGiven, nameTensors } from './named-tensors.ts';
import { assertFinite, NonFiniteLoss } from './non-finite-loss.ts';
import type { Phase } from './phases.ts';
import { validationName } from './program.ts';
import type { Schedule } from './schedules/schedule.ts';
import { initialState, type Given } from './step.ts';

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

/** Trains one phase after the other; each starts with what the one before it has learned. */
export async function fit(phases: readonly Phase[], batches: Batches, options: FitOptions): Promise<FitResult> {
  const { epochs, batchSize, lastBatch, earlyStopping, keep, metric, rng, observe, mustEnd, graphs } = options;
  const goesOn = ({ metrics: { loss } }: Pick<EpochMetrics, 'metrics'>): boolean => {
    assertFinite(loss!, epoch + 1);
    return mustEnd() === undefined;
  };
  const stepsPerEpoch = stepsOf(batches.train.length, options);
  const length = { steps: epochs * stepsPerEpoch, stepsPerEpoch };
  const sign = metric.goal === 'maximize' ? -1 : 1;
  const losses: number[] = [];
  const curve = { train: [] as number[], validation: [] as number[] };
  let known: Given = options.given;
  let progress: Progress = noProgress;
  let best: FitResult['best'];
  let weights: readonly NamedTensor[] = [];
  let stopped: StopReason | undefined;
  let epoch = 0;
  let trail: Trail | undefined;
  let gradientEvaluations = 0;

  const epochsOf = (context: EpochsContext): Epochs => {
    const { tuning, replay } = options;
    if (replay) return replayedEpochs(context, replay, epoch * stepsPerEpoch);
    if (!tuning) return plainEpochs(context);
    // Layers that come later have values from the start.
    trail ??= createTrail(tuning, phases.at(-1)!.program, length);
    return tunedEpochs(context, trail, length.steps);
  };

  const trainPhase = async ({ program, isWhole }: Phase, last: number, seed: number): Promise<void> => {
    const keeper = createKeeper(initialState(program, rng.fork('weights'), known));
    const { vectors, schedule } = options;
    const run = epochsOf({
      program,
      batches,
      batchSize,
      lastBatch,
      vectors,
      keeper,
      seed,
      rng,
      graphs,
      goesOn,
      mustEnd: () => mustEnd() !== undefined,
      count: gradients => void (gradientEvaluations += gradients),
    });
    try {
      while (epoch < last && stopped === undefined) {
        const started = performance.now();
        const factor = schedule?.technique.factor(schedule.knobs, { epoch: epoch + 1, epochs, losses }) ?? 1;
        const portions = batches.shuffled(batches.train, batchSize, rng.fork('shuffle', epoch + 1));
        const trainLoss = await run.epoch(portions, factor);
        if (trainLoss === undefined) {
          stopped = mustEnd()!;
          break;
        }
        assertFinite(trainLoss, epoch + 1);
        epoch += 1;
        const validated = named(await evaluate(program, batches, batches.validation, keeper.state, run.hyper, graphs));
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
            await run.remember?.();
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
      run.dispose();
    }
  };

  for (const [index, phase] of phases.entries()) {
    if (stopped !== undefined) break;
    const next = phases[index + 1];
    await trainPhase(phase, next ? next.start - 1 : epochs, phaseSeed(options.seed, index));
  }
  return {
    epochs: epoch,
    curve,
    weights,
    gradientEvaluations,
    ...(trail && { learned: trail.learned() }),
    ...(best && { best }),
    ...(stopped && { stopped }),
  };
}

/** Steps count from 0 in every phase, and must not draw the same numbers again. */
function phaseSeed(seed: number, phase: number): number {
  return phase === 0 ? seed : createRng(seed, 'phase', phase).int(2 ** 31);
}

/** { loss } becomes { valLoss }. */
function named(measured: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(measured).map(([name, value]) => [validationName(name), value]));
}
