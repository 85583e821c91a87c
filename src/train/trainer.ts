/** Trains the trials of one study in one thread, and exports the best one: what a space file's sections describe. */
import { rm } from 'node:fs/promises';
import { threadId } from 'node:worker_threads';
import { join, resolve as resolvePath } from 'node:path';
import { loadBackend } from '../backend/load.ts';
import { tf } from '../backend/tf.ts';
import { messageOf, TuneError } from '../errors.ts';
import { isDiskFull } from '../storage-failed.ts';
import { defaultConfig } from '../space/default-config.ts';
import { toProblems } from '../space/finding.ts';
import { check } from '../space/issues.ts';
import { resolve } from '../space/resolve.ts';
import type { Metric } from '../space/space-file.ts';
import type { Config, Json, Space } from '../space/space.ts';
import type { Observer, TrialJob } from '../study/ports.ts';
import { trialSeed } from '../study/rng.ts';
import type { Failure, TrialResult } from '../study/trial.ts';
import { prepareBatches, type Batches } from './batches.ts';
import { prepareStreamedBatches } from './streamed-batches.ts';
import { backupEvery, backupPath, createBackups, type Backup, type Backups } from './backup.ts';
import { hashWeights, readCheckpoint, writeCheckpoint, type NamedTensor } from './checkpoint.ts';
import { crossValidate, type CrossValidated } from './cross-validation.ts';
import { inSharedMemory, type Dataset } from './data/dataset.ts';
import { compareParts } from './data/distribution.ts';
import { isCrossValidated } from './data/split.ts';
import { withMix } from './data/mix.ts';
import type { StreamedDataset } from './data/streaming/streamed.ts';
import { afterSection } from './after/section.ts';
import type { Member } from './after/ensemble.ts';
import { finish } from './after/finish.ts';
import type { Trained } from './compress/compression.ts';
import { dataKnobs, dataSection, loadDataset, sourceOf, streamDataset, type DataSection } from './data/section.ts';
import { exportModel, type ExportedModel, type ExportJob, type FinishedTrial } from './export-model.ts';
import type { FitResult } from './fit.ts';
import { fitSection, type TrainingContext } from './fit-section.ts';
import { createGraphs } from './graphs.ts';
import { readSchedule, writeSchedule } from './hypergradient/schedule-file.ts';
import { savedTuned } from './hypergradient/tuned-epochs.ts';
import type { Learned, LearnedSchedule } from './hypergradient/tuning.ts';
import { modelFacts } from './model-facts.ts';
import { NonFiniteLoss } from './non-finite-loss.ts';
import { phaseAt } from './phases.ts';
import { planTraining, type Planned } from './planned.ts';
import { wholePlan } from './program.ts';
import { isStateOf } from './saved-state.ts';
import type { Given } from './step.ts';
import type { PretrainedWeights } from './transfer/pretrained.ts';
import { readWeights } from './transfer/read-weights.ts';
import { transferred } from './transfer/transfer.ts';

/** What every trial of a study shares; plain data, sent once to each trainer thread. */
export interface TrainingSetup {
  readonly study: string;
  readonly space: Space;
  /** Templates that may hold "$param". */
  readonly data: Json;
  readonly model: Json;
  readonly train: Json;
  readonly after: Json;
  /** Relative data paths start here. */
  readonly folder: string;
  readonly seed: number;
  readonly metric: Metric;
  /** All objectives, the first one too. */
  readonly metrics: readonly Metric[];
  /** Seconds a trial may train. Default: no limit. */
  readonly trialDuration?: number;
  /** Folder for the weights of finished trials, and the backups of running ones. */
  readonly checkpoints: string;
  /** Seconds that training goes on at least between two backups; 0: one after each epoch. Default 1. */
  readonly backupEvery?: number;
}

/** A data set that all threads of a process share, and the source it came from. */
export interface SharedDataset {
  /** Absent for a data set from code, which serves every section. */
  readonly source?: string;
  readonly dataset: TrainingData;
}

type TrainingData = Dataset | StreamedDataset;

/** Files of a finished trial. */
interface Left {
  readonly weights: readonly NamedTensor[];
  /** Where the gradient has tuned. */
  readonly schedule?: LearnedSchedule;
}

interface PreparedData {
  readonly data: DataSection;
  readonly dataset: TrainingData;
  readonly batches: Batches;
}

/** Prepared data, and how many trials use them, paused ones too. */
interface Rows extends PreparedData {
  readonly section: string;
  users: number;
}

export interface Trainer {
  /** @param isInterrupted asked between chunks of steps: whether the trial has to end where it is */
  train(job: TrialJob, observe: Observer, isInterrupted: () => boolean): Promise<TrialResult>;
  /** Saves the model of a finished trial and scores it on the test rows. */
  export(job: ExportJob): Promise<ExportedModel>;
}

export function checkpointPath(folder: string, trial: number): string {
  return join(folder, `trial-${trial}.weights`);
}

/** What its hyperparameters learned, step by step, as JSON: beside the weights of a trial that tuned them by gradients. */
export function schedulePath(folder: string, trial: number): string {
  return join(folder, `trial-${trial}.schedule.json`);
}

/** All that a trial may leave for whoever saves its model. */
export function resultPaths(folder: string, trial: number): readonly string[] {
  return [checkpointPath(folder, trial), schedulePath(folder, trial)];
}

/** The data set that the default configuration describes. */
export async function loadSharedDataset(setup: TrainingSetup): Promise<SharedDataset> {
  const { data, space, folder, seed } = setup;
  const section = dataSection.parse(resolve(data, space, defaultConfig(space)));
  return { source: sourceOf(section), dataset: inSharedMemory(await loadData(section, folder, seed)) };
}

function loadData(section: DataSection, folder: string, seed: number): Promise<TrainingData> {
  return section.streaming ? streamDataset(section, folder, seed) : loadDataset(section, folder, seed);
}

/** A data set from code in place of the one the section would load. */
export function shareDataset(dataset: Dataset): SharedDataset {
  return { dataset: inSharedMemory(dataset) };
}

export function createTrainer(setup: TrainingSetup, shared: SharedDataset): Trainer {
  const graphs = createGraphs();
  let current: Rows | undefined;
  const disposeUnused = (rows: Rows | undefined): void => {
    if (rows?.users === 0 && rows !== current) rows.batches.dispose();
  };

  /** Tensors are kept from trial to trial while the data section stays the same. */
  const prepareData = async (config: Config): Promise<Rows> => {
    const resolved = resolve(setup.data, setup.space, config);
    const section = JSON.stringify(resolved);
    if (current?.section === section) return current;
    const parsed = readData(resolved);
    const isShared = shared.source === undefined || sourceOf(parsed) === shared.source;
    const loaded = isShared ? shared.dataset : await loadData(parsed, setup.folder, setup.seed);
    const outdated = current;
    // Should the new ones fail, the next trial must not find the old ones.
    current = undefined;
    disposeUnused(outdated);
    current = { section, users: 0, ...(await prepareRows(loaded, parsed, setup.seed)) };
    return current;
  };

  const prepare = async (config: Config, seed: number): Promise<TrainingContext & Planned & PreparedData> => {
    const { dataset, batches, data } = await prepareData(config);
    return { dataset, batches, data, ...planTraining(setup, dataset, config), metric: setup.metric, seed, graphs };
  };

  /** Files of weights are read once. */
  const pretrained = new Map<string, PretrainedWeights>();

  /** What "transfer" hands on to a trial. */
  const givenTo = async ({
    dataset,
    model,
    train: { transfer },
  }: TrainingContext & Planned): Promise<Given | undefined> => {
    if (!transfer) return undefined;
    const path = resolvePath(setup.folder, transfer.from);
    const weights = pretrained.get(path) ?? (await readWeights(path));
    pretrained.set(path, weights);
    // Frozen weights are no longer in their place among the others of the phases' plans.
    return transferred(transfer, weights, wholePlan(dataset, model));
  };

  /** What the last trial has left for which the disk had no room: its value counts all the same. */
  let homeless: (Left & { readonly trial: number }) | undefined;

  const keep = async (trial: number, { weights, schedule }: Left): Promise<void> => {
    try {
      await writeCheckpoint(checkpointPath(setup.checkpoints, trial), weights);
      if (schedule) await writeSchedule(schedulePath(setup.checkpoints, trial), schedule);
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      console.log(`the weights of trial ${trial} are not kept: ${messageOf(error)}`);
      homeless = { trial, weights, ...(schedule && { schedule }) };
    }
  };

  const train: Trainer['train'] = async (job, observe, isInterrupted) => {
    await loadBackend();
    const started = performance.now();
    /** Milliseconds that were not its own: for verdicts, and for its turn after pauses. */
    let waited = 0;
    /** Seconds that it took in an earlier process. */
    let before = 0;
    let rows: Rows | undefined;
    const elapsed = (): number => before + (performance.now() - started - waited) / 1000;
    const mustEnd = (): 'trial-duration' | 'interrupted' | undefined => {
      if (isInterrupted()) return 'interrupted';
      return setup.trialDuration !== undefined && elapsed() > setup.trialDuration ? 'trial-duration' : undefined;
    };
    try {
      const prepared = await prepare(job.config, job.seed);
      rows = current!;
      rows.users += 1;
      const { program } = prepared.phases.at(-1)!;
      const given = await givenTo(prepared);
      const { tuning, data } = prepared;
      const last = isCrossValidated(data.split) ? data.split.folds : prepared.train.epochs;
      const bytesBefore = tf.memory().numBytes;
      let bytes: number | undefined;
      const report: Observer = async measurement => {
        const asked = performance.now();
        // Other trials come and go while it is paused.
        bytes ??= Math.max(1, tf.memory().numBytes - bytesBefore);
        const verdict = await observe(measurement, measurement.step < last ? bytes : 0);
        waited += performance.now() - asked;
        return verdict;
      };
      const backups = backupsOf(job, prepared, elapsed);
      const earlier = await backups.restore();
      before = earlier?.seconds ?? 0;
      const options = {
        observe: report,
        mustEnd,
        tuning,
        ...(given && { given }),
        ...(earlier && { backup: earlier.backup }),
        offerBackup: backups.offer,
      };
      const fitted: CrossValidated = isCrossValidated(data.split)
        ? await crossValidate(prepared.phases, prepared, data, setup.seed, options)
        : await fitSection(prepared.phases, prepared, options);
      const { weights, learned, gradientEvaluations } = fitted;
      if (fitted.stopped === 'interrupted') return interrupted;
      const seconds = elapsed();
      if (fitted.best) await keep(job.trial, { weights, ...(learned && { schedule: learned.schedule }) });
      return asResult(fitted, setup.metrics, {
        ...(await modelFacts(program, prepared.batches, fitted.best ? weights : [], graphs)),
        seed: job.seed,
        thread: threadId,
        weightsHash: hashWeights(weights),
        seconds,
        gradientEvaluations,
        ...(learned && learnedFacts(learned)),
        ...(given && { transferred: given.size }),
        ...fitted.scores,
        ...memoryUse(),
      });
    } catch (error) {
      return { state: 'failed', failure: { cause: causeOf(error), message: messageOf(error) } };
    } finally {
      graphs.trim();
      if (rows) rows.users -= 1;
      disposeUnused(rows);
    }
  };

  const backupsOf = (
    job: TrialJob,
    { phases, data, tuning }: Planned & PreparedData,
    elapsed: () => number,
  ): Backups => {
    const { study, seed, model, train, metric, backupEvery: every = backupEvery } = setup;
    const isWhole = ({ passed, tensors, tuned }: Backup): boolean => {
      if (isCrossValidated(data.split)) return true;
      if (tuning && !savedTuned.safeParse(tuned).success) return false;
      return isStateOf(phaseAt(phases, passed.length).program, tensors);
    };
    return createBackups({
      path: backupPath(setup.checkpoints, job.trial),
      of: [study, seed, setup.data, model, train, { ...metric }, job.seed, job.config],
      isWhole,
      every,
      elapsed,
      log: console.log,
    });
  };

  /** What a finished trial has left; where it is gone, training from the same seed gives it again. */
  const leftBy = async ({ trial, config }: FinishedTrial, { tuning }: Planned): Promise<Left> => {
    const read = async (): Promise<Left> => ({
      weights: await readCheckpoint(checkpointPath(setup.checkpoints, trial)),
      ...(tuning && { schedule: await readSchedule(schedulePath(setup.checkpoints, trial)) }),
    });
    try {
      return await read();
    } catch {
      await train(
        { trial, attempt: 1, seed: trialSeed(setup.seed, trial), config },
        () => 'continue',
        () => false,
      );
      await rm(backupPath(setup.checkpoints, trial), { force: true });
      return homeless?.trial === trial ? homeless : read();
    }
  };

  /** The models of the trials that saw the same data. */
  const membersOf = async (trials: readonly FinishedTrial[], data: string): Promise<Member[]> => {
    const members: Member[] = [];
    for (const finished of trials) {
      const { trial, config } = finished;
      if (JSON.stringify(resolve(setup.data, setup.space, config)) !== data) continue;
      const prepared = await prepare(config, trialSeed(setup.seed, trial));
      const { weights } = await leftBy(finished, prepared);
      members.push({ trial, program: prepared.phases.at(-1)!.program, weights });
    }
    return members;
  };

  return {
    train,
    async export({ models, folder }) {
      await loadBackend();
      const [best] = models as [FinishedTrial];
      const prepared = await prepare(best.config, trialSeed(setup.seed, best.trial));
      const { weights, schedule } = await leftBy(best, prepared);
      const { dataset, batches, model, phases } = prepared;
      const trained: Trained = { model, program: phases.at(-1)!.program, weights, storage: 'float32' };
      const { study, metric } = setup;
      const exported = await exportModel({ ...prepared, study, metric, trained, schedule, trial: best, folder });
      const after = afterSection.parse(resolve(setup.after, setup.space, best.config));
      const others = await membersOf(models.slice(1, after.ensemble ?? 1), current!.section);
      const members = [{ ...trained, trial: best.trial }, ...others];
      const shifts = isComparable(dataset) ? compareParts(dataset, batches) : [];
      const { bestEpoch = prepared.train.epochs } = best;
      const given = after.replay ? await givenTo(prepared) : undefined;
      const finished = await finish(after, { ...prepared, trained, schedule, bestEpoch, given, members, folder });
      return { ...exported, ...(shifts.length > 0 && { shifts }), after: finished };
    },
  };
}

/** Parts that are made to differ are no surprise; and the inputs must be in memory. */
function isComparable(data: TrainingContext['dataset']): data is Dataset {
  const { groups, times, trainOnly = 0, classVectors } = data;
  return 'inputs' in data && !groups && !times && trainOnly === 0 && (classVectors?.unseen.length ?? 0) === 0;
}

/** The data as trials use it, in memory with what "mix" generates. */
async function prepareRows(loaded: TrainingData, data: DataSection, seed: number): Promise<PreparedData> {
  if (!('inputs' in loaded))
    return { data, dataset: loaded, batches: await prepareStreamedBatches(loaded, data, seed) };
  const dataset = await withMix(loaded, data, seed);
  return { data, dataset, batches: prepareBatches(dataset, data, seed) };
}

/** What samplers and reports know of it. */
function learnedFacts({ estimator, values, hypergradient, rollbacks }: Learned): Record<string, unknown> {
  return { estimator, learned: values, ...(hypergradient && { hypergradient }), rollbacks };
}

/** Tensors of this thread and megabytes of this process, so that a leak shows in the study's own record. */
function memoryUse(): { tensors: number; rssMegabytes: number } {
  return { tensors: tf.memory().numTensors, rssMegabytes: Math.round(process.memoryUsage.rss() / 2 ** 20) };
}

/** The data section as this trial has it, which the check of the space file may not have foreseen. */
function readData(value: Json): DataSection {
  const { data, findings } = check(dataKnobs, value);
  if (findings.length > 0) throw new TuneError('DATA_INVALID', toProblems(findings));
  return data!;
}

const interrupted: TrialResult = {
  state: 'failed',
  failure: { cause: 'interrupted', message: 'it goes on with the study' },
};

function asResult(
  { best, epochs, stopped }: FitResult,
  [, ...others]: readonly Metric[],
  facts: Readonly<Record<string, unknown>>,
): TrialResult {
  // A model that grows can be pruned before it is whole.
  if (!best && stopped === 'pruner') return { state: 'pruned', stopped, attributes: { epochs, ...facts } };
  if (!best) {
    const message = 'it had to end before it had a value';
    return { state: 'failed', failure: { cause: 'timeout', message } };
  }
  const { seconds: _, ...metrics } = best.metrics;
  const known: Readonly<Record<string, unknown>> = { ...metrics, ...facts };
  return {
    state: stopped === 'pruner' ? 'pruned' : 'complete',
    value: best.value,
    ...(others.length > 0 && { values: [best.value, ...others.map(({ name }) => known[name] as number)] }),
    ...(stopped && { stopped }),
    attributes: { bestEpoch: best.epoch, epochs, ...known },
  };
}

function causeOf(error: unknown): Failure['cause'] {
  if (error instanceof NonFiniteLoss) return 'nan';
  return error instanceof TuneError && error.code === 'MODEL_INVALID' ? 'infeasible' : 'error';
}
