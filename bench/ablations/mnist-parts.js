/** Parts of mnist10k as data sets of their own: some classes, or some rows. Its 2,000 test images stay the test set. */
import { dataKnobs, loadDataset } from '../../dist/train/data/section.js';
import { dataFolder, mnist } from './common.js';

/** All of it. */
export function loadMnist() {
  return loadDataset(dataKnobs.parse(mnist), dataFolder, 1);
}

export async function mnistOf(classes) {
  const { dataset, classOf } = await labelled();
  return select(dataset, row => classes.includes(classOf(row)), classes);
}

/** @param share of the training images of each class that stays; test images all stay */
export async function mnistWithout(share) {
  const { dataset, classOf } = await labelled();
  const free = dataset.size - dataset.testSize;
  return select(dataset, row => row >= free || isKept(row, share[classOf(row)] ?? 1), dataset.classes);
}

async function labelled() {
  const dataset = await loadMnist();
  return { dataset, classOf: row => dataset.classes[dataset.targets[row]] };
}

/** The same rows whatever the seed: the golden ratio spreads them evenly. */
function isKept(row, share) {
  return (row * 0.618033988749895) % 1 < share;
}

/** Rows for which a condition holds, with their classes numbered anew. */
export function select(dataset, isWanted, classes) {
  const { inputs, inputShape, targets, size, testSize } = dataset;
  const width = inputShape.reduce((product, side) => product * side, 1);
  const rows = Array.from({ length: size }, (_, row) => row).filter(isWanted);
  const chosen = new inputs.constructor(rows.length * width);
  rows.forEach((row, place) => chosen.set(inputs.subarray(row * width, (row + 1) * width), place * width));
  return {
    ...dataset,
    size: rows.length,
    testSize: rows.filter(row => row >= size - testSize).length,
    inputs: chosen,
    targets: Int32Array.from(rows, row => classes.indexOf(dataset.classes[targets[row]])),
    classes,
  };
}
