/**
 * The best model as tfjs LayersModel files that stand alone: normalization is its first layer, and its outputs are class
 * probabilities or values in the units of the data. `tune.json` beside it says where it comes from, and
 * `checkpoint.weights` has its weights for other trainings to start from. Where the gradient tuned, `schedule.json` says how.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as TensorFlow from '@tensorflow/tfjs';
import { toFloat32 } from '../backend/native-ops/bytes.ts';
import { tf, type Tensor } from '../backend/tf.ts';
import type { Config } from '../space/space.ts';
import type { Finished } from './after/finish.ts';
import type { Batches } from './batches.ts';
import { writeCheckpoint } from './checkpoint.ts';
import type { Trained } from './compress/compression.ts';
import { outputKind, type LabelledData, type Task } from './data/dataset.ts';
import type { FeatureShift } from './data/distribution.ts';
import { score, type Score } from './evaluate.ts';
import type { Graphs } from './graphs.ts';
import { modelFormat } from './exported-model.ts';
import { scheduleName, writeSchedule } from './hypergradient/schedule-file.ts';
import type { LearnedSchedule } from './hypergradient/tuning.ts';
import { kerasModel } from './keras-model.ts';
import { predictRows, softmaxRows } from './predictions.ts';
import { rowsOf } from './raw-rows.ts';
import { scoreZeroShot, type ZeroShotScore } from './zero-shot-score.ts';

export interface ExportJob {
  /** Finished trials, best first: the first is exported, the others may join an ensemble. */
  readonly models: readonly FinishedTrial[];
  /** Where the model's files go. */
  readonly folder: string;
}

export interface FinishedTrial {
  readonly trial: number;
  readonly config: Config;
  readonly value: number;
  /** The epoch whose weights are kept. Default: the last. */
  readonly bestEpoch?: number;
}

export interface ExportedModel {
  /** Holds model.json, weights.bin, tune.json and checkpoint.weights. */
  readonly folder: string;
  readonly trial: number;
  readonly task: Task;
  /** Number of trained values. */
  readonly parameters: number;
  /** Score on rows that neither training nor selection has seen; computed once, here. */
  readonly test: Score;
  readonly zeroShot?: ZeroShotScore;
  /** In what the validation and test rows differ from the training rows; absent where nothing was found. */
  readonly shifts?: readonly FeatureShift[];
  /** How the gradient moved the trial's values; schedule.json has it too. */
  readonly schedule?: LearnedSchedule;
  /** What "after" asked for. */
  readonly after?: Finished;
}

export interface ExportRequest {
  readonly trained: Trained;
  readonly dataset: LabelledData;
  readonly batches: Batches;
  readonly trial: FinishedTrial;
  readonly folder: string;
  readonly study: string;
  readonly metric: { readonly name: string };
  readonly graphs: Graphs;
  /** What the trial has learned; absent where it did not tune. */
  readonly schedule?: LearnedSchedule | undefined;
}

export async function exportModel(request: ExportRequest): Promise<ExportedModel> {
  const { trained, dataset, batches, trial, folder, graphs, schedule } = request;
  const test = await score(trained, batches, batches.test, graphs);
  const zeroShot = await zeroShotOf(request);
  await saveKeras(folder, [trained], request);
  await writeCheckpoint(join(folder, 'checkpoint.weights'), trained.weights);
  if (schedule) await writeSchedule(join(folder, scheduleName), schedule);
  const about = describe(request, test, zeroShot);
  await writeFile(join(folder, 'tune.json'), `${JSON.stringify(about, null, 2)}\n`);
  const { parameters } = trained.program;
  return {
    folder,
    trial: trial.trial,
    task: dataset.task,
    parameters,
    test,
    ...(zeroShot && { zeroShot }),
    ...(schedule && { schedule }),
  };
}

/** Writes model.json and weights.bin of a model, or of an ensemble, when it predicts what was trained and scored. */
export async function saveKeras(
  folder: string,
  models: readonly Pick<Trained, 'program' | 'weights'>[],
  { dataset, batches }: Pick<ExportRequest, 'dataset' | 'batches'>,
): Promise<void> {
  const model = kerasModel(models, dataset, batches);
  try {
    await assertSamePredictions(model, models, dataset, batches);
    await mkdir(folder, { recursive: true });
    await model.save(`file://${folder}`);
  } finally {
    model.dispose();
  }
}

function describe(
  { dataset, batches, trial, study, metric, trained: { program } }: ExportRequest,
  test: Score,
  zeroShot: ZeroShotScore | undefined,
) {
  const { classVectors } = dataset;
  return {
    format: modelFormat,
    study,
    trial: trial.trial,
    config: trial.config,
    [metric.name]: trial.value,
    task: dataset.task,
    inputShape: dataset.inputShape,
    // Pixels are bytes, from 0 to 255.
    inputType: batches.inputType,
    columns: dataset.columns,
    table: dataset.table,
    target: dataset.target,
    classes: dataset.classes,
    ...(classVectors && {
      outputs: "cosine similarity with each class's vector",
      unseen: classVectors.unseen.map(index => dataset.classes![index]),
    }),
    // Both are layers of the model already; they stand here for programs that use the weights alone.
    normalization: { inputs: batches.inputNormalization, targets: batches.targetNormalization },
    parameters: program.parameters,
    test,
    zeroShot,
  };
}

async function zeroShotOf({ trained, dataset, batches }: ExportRequest): Promise<ZeroShotScore | undefined> {
  if (!dataset.classVectors) return undefined;
  const tested = await predictRows(trained, batches, batches.test);
  const validated = await predictRows(trained, batches, batches.validation);
  return scoreZeroShot(dataset.classVectors, dataset.targets, batches.test, tested, validated);
}

/** The mean output of models for some rows, as the saved model has it. */
export async function finishedOutputs(
  models: readonly Pick<Trained, 'program' | 'weights'>[],
  dataset: LabelledData,
  batches: Batches,
  rows: Int32Array,
): Promise<Float32Array> {
  const isProbability = outputKind(dataset) === 'probabilities';
  const outputs: Float32Array[] = [];
  for (const model of models) {
    const raw = await predictRows(model, batches, rows);
    outputs.push(isProbability ? softmaxRows(raw, model.program.plan.output[0]!) : raw);
  }
  return outputs[0]!.map((_, index) => outputs.reduce((sum, output) => sum + output[index]!, 0) / outputs.length);
}

/** The exported layers must compute what was trained and scored; a layer whose twin differs is a bug that must not ship. */
async function assertSamePredictions(
  layersModel: TensorFlow.LayersModel,
  models: readonly Pick<Trained, 'program' | 'weights'>[],
  dataset: LabelledData,
  batches: Batches,
): Promise<void> {
  const rows = batches.test.subarray(0, 64);
  const trained = await finishedOutputs(models, dataset, batches, rows);
  const exported: number[] = [];
  for await (const { data, order } of batches.inOrder(rows, rows.length))
    tf.tidy(() => {
      const { inputs } = rowsOf(data, order);
      exported.push(...(layersModel.predict(toFloat32(inputs)) as Tensor).dataSync());
    });
  const { offset, scale } = batches.targetNormalization;
  exported.forEach((value, index) => {
    const [shift, factor] = [offset[index % offset.length]!, scale[index % scale.length]!];
    const expected = trained[index]! * factor + shift;
    // Rounding errors of the network, and of a value far from zero.
    const allowed = 1e-3 * factor * (1 + Math.abs(trained[index]!)) + 1e-6 * Math.abs(shift);
    if (Math.abs(value - expected) <= allowed) return;
    throw new Error(`the exported model predicts ${value} in place of ${expected}`);
  });
}
