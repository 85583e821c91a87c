/** Trains one model: epochs of shuffled minibatches, a validation after each, the best weights remembered. */
import type { EpochMetrics } from '../backend/graph/epoch.ts';
import { tf } from '../backend/tf.ts';
import type { Observer } from '../study/ports.ts';
import type { Chosen } from '../space/technique.ts';
import { createRng, type Rng } from '../study/rng.ts';
import type { StopReason } from '../study/trial.ts';
import type { Batches } from './batches.ts';
import type { Backup, Backups, Passed } from './backup.ts';
import type { NamedTensor } from './checkpoint.ts';
import { advance, isOutOfPatience, noProgress, type EarlyStopping, type Progress } from './early-stopping.ts';
import { plainEpochs, stepsOf, type Epochs, type EpochsContext } from './epochs.ts';
import { evaluate } from './evaluate.ts';
import type { Graphs } from './graphs.ts';
import type { Learned, Replay, Tuning } from './hypergradient/tuning.ts';
import { replayedEpochs } from './hypergradient/replayed-epochs.ts';
import { createTrail, type Trail } from './hypergradient/trail.ts';
import { savedTuned, tunedEpochs } from './hypergradient/tuned-epochs.ts';
import type { Vectors } from './hyper.ts';
import { createKeeper } from './keeper.ts';
import { asGiven, nameTensors } from './named-tensors.ts';
import { assertFinite, NonFiniteLoss } from './non-finite-loss.ts';
import { phaseAt, type Phase } from './phases.ts';
import { validationName } from './program.ts';
import { restoredState, savedState, type Restored } from './saved-state.ts';
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
  /** Of an earlier process that did not come to the end: training goes on from there. */
  readonly backup?: Backup;
  /** Called after each epoch. Default: no backups. */
  readonly offerBackup?: Backups['offer'];
}

export interface FitResult {
  /** Absent when training had to end within the first epoch of the whole model. */
  readonly best?: Passed;
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
  const { epochs, batchSize, lastBatch, earlyStopping, keep, metric, rng, observe, mustEnd, graphs, backup } = options;
  const goesOn = ({ metrics: { loss } }: Pick<EpochMetrics, 'metrics'>): boolean => {
    assertFinite(loss!, passed.length + 1);
    return mustEnd() === undefined;
  };
  const stepsPerEpoch = stepsOf(batches.train.length, options);
  const length = { steps: epochs * stepsPerEpoch, stepsPerEpoch };
  const sign = metric.goal === 'maximize' ? -1 : 1;
  let known: Given = options.given;
  let progress: Progress = noProgress;
  let best: FitResult['best'];
  let weights: readonly NamedTensor[] = [];
  let stopped: StopReason | undefined;
  let trail: Trail | undefined;
  let gradientEvaluations = backup?.gradientEvaluations ?? 0;
  const passed: Passed[] = [];
  const firstPhase = backup ? phases.indexOf(phaseAt(phases, backup.passed.length)) : 0;

  const measured = (name: string): number[] => passed.map(({ metrics }) => metrics[name]!);
  /** Counts an epoch; whether its weights are the ones to keep. */
  const pass = (one: Passed): boolean => {
    const { epoch, value } = one;
    passed.push(one);
    if (!phaseAt(phases, epoch).isWhole) return false;
    progress = advance(progress, epoch, sign * value, earlyStopping);
    const isKept = progress.bestEpoch === epoch || keep === 'last';
    if (isKept) best = one;
    return isKept;
  };
  const tell = async ({ epoch, value, metrics }: Passed): Promise<void> => {
    if ((await observe({ step: epoch, value, metrics })) === 'stop') stopped = 'pruner';
    else if (epoch < epochs && isOutOfPatience(progress, earlyStopping)) stopped ??= 'early-stopping';
  };

  const epochsOf = (context: EpochsContext, more: Restored['more'] | undefined): Epochs => {
    const { tuning, replay } = options;
    if (replay) return replayedEpochs(context, replay, passed.length * stepsPerEpoch);
    if (!tuning) return plainEpochs(context);
    // Layers that come later have values from the start.
    const from = more && { saved: savedTuned.parse(backup!.tuned), tensors: more };
    trail ??= createTrail(tuning, phases.at(-1)!.program, length, from?.saved.trail);
    return tunedEpochs(context, trail, length.steps, from);
  };

  const trainPhase = async ({ program }: Phase, last: number, seed: number, from?: Backup): Promise<void> => {
    let isKept = false;
    // Whoever observes hears of all epochs, also of those that an earlier process has trained.
    for (const one of from?.passed ?? []) {
      isKept = pass(one);
      await tell(one);
    }
    const restored = from && restoredState(from);
    if (restored) weights = restored.kept;
    const first = restored?.state ?? initialState(program, rng.fork('weights'), known);
    const keeper = createKeeper(first, restored?.snapshot);
    if (isKept) keeper.remember();
    const { vectors, schedule } = options;
    const context = {
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
      count: (gradients: number) => void (gradientEvaluations += gradients),
    };
    const run = epochsOf(context, restored?.more);
    tf.dispose([...(restored?.more.values() ?? [])]);
    try {
      while (passed.length < last && stopped === undefined) {
        const started = performance.now();
        const epoch = passed.length + 1;
        const factor =
          schedule?.technique.factor(schedule.knobs, {
            epoch,
            epochs,
            losses: passed.map(({ value }) => sign * value),
          }) ?? 1;
        const portions = batches.shuffled(batches.train, batchSize, rng.fork('shuffle', epoch));
        const trainLoss = await run.epoch(portions, factor);
        if (trainLoss === undefined) {
          stopped = mustEnd()!;
          break;
        }
        assertFinite(trainLoss, epoch);
        const validated = named(await evaluate(program, batches, batches.validation, keeper.state, run.hyper, graphs));
        const seconds = (performance.now() - started) / 1000;
        const metrics: Record<string, number> = { trainLoss, ...validated, seconds };
        const value = metrics[metric.name];
        if (value === undefined)
          throw new Error(`no metric named ${metric.name}; there are ${Object.keys(metrics).join(', ')}`);
        if (!Number.isFinite(value)) throw new NonFiniteLoss(`${metric.name} was ${value} after epoch ${epoch}`);
        const one = { epoch, value, metrics };
        if (pass(one)) {
          keeper.remember();
          await run.remember?.();
        }
        await options.offerBackup?.(() => {
          const { facts, tensors } = run.saved?.() ?? {};
          const tuned = facts !== undefined && { tuned: facts };
          return { passed, gradientEvaluations, ...tuned, ...savedState(keeper, weights, tensors) };
        });
        await tell(one);
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
    if (index < firstPhase) continue;
    if (stopped !== undefined) break;
    const next = phases[index + 1];
    const from = index === firstPhase ? backup : undefined;
    await trainPhase(phase, next ? next.start - 1 : epochs, phaseSeed(options.seed, index), from);
  }
  return {
    epochs: passed.length,
    curve: { train: measured('trainLoss'), validation: measured('valLoss') },
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
