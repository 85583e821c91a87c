/**
 * Scores a saved model as a stranger's program would: model.json, TensorFlow.js and inputs as they are in the data.
 * Prints the accuracy or the mean squared error on the test rows.
 *
 *     node score-model.js <model folder> <data section as JSON> <folder of its paths> <seed>
 */
import { loadBackend } from '../../dist/backend/load.js';
import { createRng } from '../../dist/study/rng.js';
import { sizeOf } from '../../dist/train/shape.js';
import { dataSection, loadDataset } from '../../dist/train/data/section.js';
import { splitRows } from '../../dist/train/data/split.js';

const [model, data, folder, seed] = process.argv.slice(2);
const section = dataSection.parse(JSON.parse(data));
const dataset = await loadDataset(section, folder, Number(seed));
const { test } = splitRows(dataset, section.split, createRng(Number(seed), 'split'));

const { inputs, inputShape, targets, targetSize, task } = dataset;
const width = sizeOf(inputShape);
const rows = (values, size) =>
  Float32Array.from([...test].flatMap(row => [...values.subarray(row * size, (row + 1) * size)]));
const tf = await loadBackend();
const layers = await tf.loadLayersModel(`file://${model}/model.json`);
const predicted = layers.predict(tf.tensor(rows(inputs, width), [test.length, ...inputShape]));
const truth = tf.tensor(rows(targets, targetSize), [test.length, targetSize]);
const score =
  task === 'classification'
    ? tf.mean(tf.equal(tf.argMax(predicted, 1).toFloat(), truth.squeeze([1])).toFloat())
    : tf.mean(tf.squaredDifference(predicted, truth));
console.log(JSON.stringify(score.dataSync()[0]));
