/**
 * The best model as tfjs LayersModel files that stand alone: normalization is its first layer, and its outputs are class
 * probabilities or values in the units of the data. `tune.json` beside it says where it comes from.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as TensorFlow from '@tensorflow/tfjs';
import { gatherRows } from '../backend/native-ops/gather.ts';
import { tf, type Tensor } from '../backend/tf.ts';
import type { Config } from '../space/space.ts';
import type { Batches } from './batches.ts';
import type { NamedTensor } from './checkpoint.ts';
import type { Dataset } from './data/dataset.ts';
import { sizeOf } from './shape.ts';
import { normalizing, type Affine, type Normalization } from './data/normalization.ts';
import { evaluate, inferencePass, type Model } from './evaluate.ts';
import { createHyper } from './fit.ts';
import type { Graphs } from './graphs.ts';
import { pack } from '../backend/graph/packed.ts';
import { modelFormat } from './exported-model.ts';
import { applyKeras } from './layers/layer.ts';
import { tensorsOf } from './named-tensors.ts';
import type { Program } from './program.ts';
import { normalizeBatch } from './raw-rows.ts';
import type { Hyper } from './step.ts';

export interface ExportJob {
  readonly trial: number;
  readonly config: Config;
  /** The trial's value, for the model's description. */
  readonly value: number;
  /** Where the model's files go. */
  readonly folder: string;
}

export interface ExportedModel {
  /** Holds model.json, weights.bin and tune.json. */
  readonly folder: string;
  readonly trial: number;
  readonly task: Dataset['task'];
  /** Number of trained values. */
  readonly parameters: number;
  /** Score on rows that neither training nor selection has seen; computed once, here. */
  readonly test: {
    readonly loss: number;
    readonly metrics: Readonly<Record<string, number>>;
    readonly examples: number;
  };
}

export interface ExportRequest {
  readonly program: Program;
  readonly dataset: Dataset;
  readonly batches: Batches;
  /** Weights, then statistics, of the best epoch. */
  readonly weights: readonly NamedTensor[];
  readonly job: ExportJob;
  readonly study: string;
  readonly metric: { readonly name: string };
  readonly graphs: Graphs;
}

export async function exportModel(request: ExportRequest): Promise<ExportedModel> {
  const { program, dataset, batches, job } = request;
  const tensors = tensorsOf(program.plan, request.weights);
  const hyper = createHyper(program, 0);
  const trained = {
    weights: pack(tensors.slice(0, program.plan.weights.length)),
    statistics: pack(tensors.slice(program.plan.weights.length)),
  };
  const model = buildLayersModel(program, dataset, batches, tensors);
  try {
    const { loss, ...metrics } = await evaluate(program, batches, batches.test, trained, hyper, request.graphs);
    assertSamePredictions(model, request, trained, hyper);
    const test = { loss: loss!, metrics, examples: batches.test.length };
    const exported: ExportedModel = {
      folder: job.folder,
      trial: job.trial,
      task: dataset.task,
      parameters: program.parameters,
      test,
    };
    await mkdir(job.folder, { recursive: true });
    await model.save(`file://${job.folder}`);
    await writeFile(join(job.folder, 'tune.json'), `${JSON.stringify(describe(request, test), null, 2)}\n`);
    return exported;
  } finally {
    model.dispose();
    tf.dispose([...tensors, ...Object.values(hyper), trained.weights, trained.statistics]);
  }
}

function describe({ dataset, batches, job, study, metric, program }: ExportRequest, test: ExportedModel['test']) {
  return {
    format: modelFormat,
    study,
    trial: job.trial,
    config: job.config,
    [metric.name]: job.value,
    task: dataset.task,
    inputShape: dataset.inputShape,
    // Pixels are bytes, from 0 to 255.
    inputType: dataset.inputs instanceof Uint8Array ? 'uint8' : 'float32',
    columns: dataset.columns,
    table: dataset.table,
    target: dataset.target,
    classes: dataset.classes,
    // Both are layers of the model already; they stand here for programs that use the weights alone.
    normalization: { inputs: batches.inputNormalization, targets: batches.targetNormalization },
    parameters: program.parameters,
    test,
  };
}

function buildLayersModel(
  { plan }: Program,
  dataset: Dataset,
  batches: Batches,
  tensors: readonly Tensor[],
): TensorFlow.LayersModel {
  const input = tf.input({ shape: [...dataset.inputShape] });
  const { inputNormalization: inputs, targetNormalization: targets } = batches;
  const normalized = inputs.method === 'none' ? input : affine(input, normalizing(inputs));
  const count = plan.weights.length;
  const values = { weights: tensors.slice(0, count), statistics: tensors.slice(count), earlier: () => [] };
  const outputs = finished(plan.toKeras(normalized, values), dataset.task, targets);
  return tf.model({ inputs: input, outputs, name: 'tuned' });
}

/** Class probabilities, or values in the units of the data. */
function finished(
  raw: TensorFlow.SymbolicTensor,
  task: Dataset['task'],
  targets: Normalization,
): TensorFlow.SymbolicTensor {
  if (task === 'classification') return applyKeras(tf.layers.activation({ activation: 'softmax' }), raw);
  return targets.method === 'none' ? raw : affine(raw, denormalizing(targets));
}

function denormalizing({ offset, scale }: Normalization): Affine {
  return { center: offset.map(() => 0), factor: scale, shift: offset };
}

/** The Keras layer that stores such a map is batch normalization at inference. */
function affine(input: TensorFlow.SymbolicTensor, { center, factor, shift }: Affine): TensorFlow.SymbolicTensor {
  const layer = tf.layers.batchNormalization({ epsilon: 0, trainable: false });
  const values = [factor, shift, center, center.map(() => 1)].map(numbers => tf.tensor1d([...numbers]));
  const output = applyKeras(layer, input, values);
  tf.dispose(values);
  return output;
}

/** The exported layers must compute what was trained and scored; a layer whose twin differs is a bug that must not ship. */
function assertSamePredictions(
  layersModel: TensorFlow.LayersModel,
  { program, dataset, batches }: ExportRequest,
  model: Model,
  hyper: Hyper,
): void {
  const rows = batches.test.subarray(0, 64);
  const [trained, exported] = tf.tidy(() => {
    const { inputs, targets } = batches.data;
    const picked = tf.tensor1d(rows, 'int32');
    const batch = { inputs: gatherRows(inputs, picked), targets: gatherRows(targets, picked) };
    const { inputs: normalized } = normalizeBatch(batch, batches.scaling);
    const { output } = program.plan.apply(normalized, inferencePass(program.plan, model, hyper));
    const raw = tf.tensor(rawInputs(dataset, rows), [rows.length, ...dataset.inputShape]);
    const outputs = [
      dataset.task === 'classification' ? tf.softmax(output) : output,
      layersModel.predict(raw) as Tensor,
    ];
    return outputs.map(tensor => tensor.dataSync()) as [Float32Array, Float32Array];
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

/** Inputs of the given rows as they are in the data. */
function rawInputs({ inputs, inputShape }: Dataset, rows: Int32Array): Float32Array {
  const width = sizeOf(inputShape);
  const raw = new Float32Array(rows.length * width);
  rows.forEach((row, place) => raw.set(inputs.subarray(row * width, (row + 1) * width), place * width));
  return raw;
}
