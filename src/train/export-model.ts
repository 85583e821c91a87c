/**
 * The best model as tfjs LayersModel files that stand alone: normalization is its first layer, and its outputs are class
 * probabilities or values in the units of the data. `tune.json` beside it says where it comes from.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as TensorFlow from '@tensorflow/tfjs';
import { tf, type Tensor } from '../backend/tf.ts';
import type { Batches, Examples } from './batches.ts';
import type { NamedTensor } from './checkpoint.ts';
import type { Dataset } from './data/dataset.ts';
import type { Normalization } from './data/normalization.ts';
import { evaluate } from './evaluate.ts';
import { createHyper } from './fit.ts';
import type { Program } from './program.ts';
import type { Hyper, State } from './step.ts';
import type { ExportJob } from './trainer.ts';

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
}

export async function exportModel(request: ExportRequest): Promise<ExportedModel> {
  const { program, dataset, batches, job } = request;
  const tensors = request.weights.map(({ shape, values }) => tf.tensor(values, [...shape]));
  const examples = batches.test();
  const hyper = createHyper(program, 0);
  const targetScale = tf.tensor1d([...batches.targetNormalization.scale]);
  const model = buildLayersModel(program, dataset, batches, tensors);
  try {
    const state = {
      weights: tensors.slice(0, program.plan.weights.length),
      statistics: tensors.slice(program.plan.weights.length),
    };
    const { loss, ...metrics } = evaluate(program, examples, state, hyper, targetScale);
    assertSamePredictions(model, request, examples, state, hyper);
    const test = { loss: loss!, metrics, examples: examples.size };
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
    tf.dispose([...tensors, ...Object.values(hyper), targetScale, examples.inputs, examples.targets]);
  }
}

function describe({ dataset, batches, job, study, metric, program }: ExportRequest, test: ExportedModel['test']) {
  return {
    format: 'tfjs-tune/model/1',
    study,
    trial: job.trial,
    config: job.config,
    [metric.name]: job.value,
    task: dataset.task,
    inputShape: dataset.inputShape,
    columns: dataset.columns,
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
): TensorFlow.Sequential {
  const model = tf.sequential();
  model.add(tf.layers.inputLayer({ inputShape: [...dataset.inputShape] }));
  if (batches.inputNormalization.method !== 'none') addAffine(model, inverse(batches.inputNormalization));
  for (const { layer, tensors: indices } of plan.toKeras()) {
    model.add(layer);
    layer.setWeights(indices.map(index => tensors[index]!));
  }
  if (dataset.task === 'classification') model.add(tf.layers.activation({ activation: 'softmax' }));
  else if (batches.targetNormalization.method !== 'none') addAffine(model, batches.targetNormalization);
  return model;
}

/** The map that undoes x * scale + offset, in the same form. */
function inverse({ scale, offset }: Pick<Normalization, 'scale' | 'offset'>): Pick<Normalization, 'scale' | 'offset'> {
  return { scale: scale.map(value => 1 / value), offset: offset.map((value, index) => -value / scale[index]!) };
}

/** Adds x * scale + offset per channel: the Keras layer that stores such a map is batch normalization at inference. */
function addAffine(model: TensorFlow.Sequential, { scale, offset }: Pick<Normalization, 'scale' | 'offset'>): void {
  const layer = tf.layers.batchNormalization({ epsilon: 0, trainable: false });
  model.add(layer);
  tf.tidy(() => {
    const channels = scale.length;
    layer.setWeights([tf.tensor1d([...scale]), tf.tensor1d([...offset]), tf.zeros([channels]), tf.ones([channels])]);
  });
}

/** The exported layers must compute what was trained and scored; a layer whose twin differs is a bug that must not ship. */
function assertSamePredictions(
  model: TensorFlow.Sequential,
  { program, dataset, batches }: ExportRequest,
  examples: Examples,
  state: Pick<State, 'weights' | 'statistics'>,
  hyper: Hyper,
): void {
  const difference = tf.tidy(() => {
    const inputs = tf.slice(examples.inputs, 0, Math.min(64, examples.size));
    const denormalize = (values: Tensor, { scale, offset }: Normalization): Tensor =>
      tf.add(tf.mul(values, [...scale]), [...offset]);
    const uniform = (): never => {
      throw new Error('inference draws no random numbers');
    };
    const outputs = program.plan.apply(inputs, { ...state, hyper, training: false, uniform }).output;
    const isClassifier = dataset.task === 'classification';
    const trained = isClassifier ? tf.softmax(outputs) : outputs;
    const exported = model.predict(denormalize(inputs, batches.inputNormalization)) as Tensor;
    const { offset, scale } = batches.targetNormalization;
    const comparable = isClassifier ? exported : tf.div(tf.sub(exported, [...offset]), [...scale]);
    return tf.max(tf.abs(tf.sub(comparable, trained))).dataSync()[0]!;
  });
  if (!(difference < 1e-3)) throw new Error(`the exported model predicts differently by ${difference}`);
}
