/** What the ablations share: one configuration trained in this process, as a trial is. */
import { fileURLToPath } from 'node:url';
import { loadBackend } from '../../dist/backend/load.js';
import { tf } from '../../dist/backend/tf.js';
import { prepareBatches } from '../../dist/train/batches.js';
import { withMix } from '../../dist/train/data/mix.js';
import { dataKnobs, dataSection, loadDataset } from '../../dist/train/data/section.js';
import { score } from '../../dist/train/evaluate.js';
import { fitSection } from '../../dist/train/fit-section.js';
import { createGraphs } from '../../dist/train/graphs.js';
import { phasesOf } from '../../dist/train/phases.js';
import { modelSection, trainSection } from '../../dist/train/sections.js';
import { oneThread } from '../harness/one-thread.js';

// Native code reads it when it is loaded.
Object.assign(process.env, oneThread);

/** Where relative paths of data sections start. */
export const dataFolder = fileURLToPath(new URL('../../../shared/data/', import.meta.url));

/** Sources of data sections. */
export const mnist = {
  idx: {
    images: 'mnist10k/train-images-idx3-ubyte.gz',
    labels: 'mnist10k/train-labels-idx1-ubyte.gz',
    testImages: 'mnist10k/t10k-images-idx3-ubyte.gz',
    testLabels: 'mnist10k/t10k-labels-idx1-ubyte.gz',
  },
};
export const digits = { csv: { file: 'sklearn/digits.csv.gz', header: false }, task: 'classification' };
export const breastCancer = {
  csv: { file: 'sklearn/breast_cancer.csv', header: false, skipRows: 1 },
  task: 'classification',
};

export const energy = { csv: { file: 'uci/energy.csv.gz', target: 'y' }, task: 'regression' };

/** What decides which epoch is the best. */
export const valLoss = { name: 'valLoss', goal: 'minimize' };

export const graphs = createGraphs();
const held = [];

/**
 * One configuration trained from its seed, as a trial of a study with this seed.
 * @param options.data, model, train sections of a space file, without parameters
 * @param options.dataset in place of the one that the data section's source would load
 * @param options.metric which decides the best epoch
 * @param options.options more of what fitSection() takes: given, observe
 * @param options.after called with all of the result and of the training's context while its tensors are there; the
 *   result's `after` is what it returns
 * @returns test: { loss, accuracy, ... } of the best epoch on the test rows; best: { epoch, value, metrics }; curve: losses of
 *   each epoch; learned: by gradients, with the option `tuning`; and weights, program, phases, batches, dataset. Their
 *   tensors live until the arm is over.
 */
export async function trainOnce({ metric = valLoss, options = {}, after, ...configuration }) {
  const prepared = await prepare(configuration);
  const { phases, dataset, batches } = prepared;
  const context = { ...prepared, metric, graphs };
  const { best, curve, weights, learned } = await fitSection(phases, context, options);
  const { program } = phases.at(-1);
  const { loss, metrics } = await score({ program, weights }, batches, batches.test, graphs);
  const result = { test: { loss, ...metrics }, best, curve, learned, weights, program, phases, batches, dataset };
  return after ? { ...result, after: await after({ ...context, ...result }) } : result;
}

/** What a trial has before it trains: its data set, batches, sections and phases. */
export async function prepare({ data, model, train, seed, dataset: given }) {
  await loadBackend();
  const section = (given ? dataKnobs : dataSection).parse(data);
  const dataset = await withMix(given ?? (await load(section, seed)), section, seed);
  const batches = prepareBatches(dataset, section, seed);
  held.push(batches);
  const sections = { model: modelSection.parse(model), train: trainSection.parse(train) };
  return { dataset, batches, ...sections, phases: phasesOf(dataset, sections.model, sections.train), seed };
}

/** Files are read once; what is generated depends on the seed. */
const loaded = new Map();
function load(section, seed) {
  const { split: _, normalize: __, trainingExamples: ___, mix: ____, ...source } = section;
  const key = JSON.stringify([source, section.split.group, section.split.time, seed]);
  if (!loaded.has(key)) loaded.set(key, loadDataset(section, dataFolder, seed));
  return loaded.get(key);
}

/** What the training gives, or this value when it ended in NaN or Infinity. */
export async function unlessDiverged(training, value) {
  try {
    return await training;
  } catch (error) {
    if (error.name === 'NonFiniteLoss') return value;
    throw error;
  }
}

/** Frees what the trainings of an arm have left behind. */
export function release() {
  for (const batches of held.splice(0)) batches.dispose();
  graphs.trim();
  loaded.clear();
}

/** TensorFlow.js on its native backend. */
export async function tensorFlow() {
  await loadBackend();
  return tf;
}

/** In percent. */
export function percent(share) {
  return 100 * share;
}
