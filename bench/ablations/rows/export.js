import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { saveTensorFlow } from '../../../dist/train/after/saved-model.js';
import { finishedOutputs, saveKeras } from '../../../dist/train/export-model.js';
import { mnist, trainOnce } from '../common.js';
import { oncePerSeed } from '../once.js';
import { inTemporaryFolder } from '../temporary-folder.js';

const program = fileURLToPath(new URL('../fresh-predictions.js', import.meta.url));

const width = 28 * 28;

/** Test images for which every probability is that of the trained model, to 1e-5: { layersModel, savedModel }. */
const countEqual = oncePerSeed(async seed => {
  const { after } = await trainOnce({
    data: { ...mnist, trainingExamples: 1000 },
    model: {
      layers: [
        { conv2d: { filters: 8, strides: 2 } },
        'batchNorm',
        { activation: 'relu' },
        'flatten',
        { dropout: 0.3 },
      ],
    },
    train: { epochs: 5 },
    seed,
    after: trained => inTemporaryFolder(folder => compare(trained, folder)),
  });
  return after;
});

async function compare({ program: ownProgram, weights, dataset, batches }, folder) {
  const model = { program: ownProgram, weights };
  await saveKeras(folder, [model], { dataset, batches });
  await saveTensorFlow(join(folder, 'saved_model'), model, dataset, batches);
  const rows = Array.from(batches.test);
  const inputs = Float32Array.from(
    rows.flatMap(row => Array.from(dataset.inputs.subarray(row * width, (row + 1) * width))),
  );
  const rowsFile = join(folder, 'rows');
  await writeFile(rowsFile, inputs);
  const args = [program, folder, rowsFile, JSON.stringify([rows.length, ...dataset.inputShape])];
  const found = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 26 }));
  const expected = finishedOutputs([model], dataset, batches, batches.test);
  const classes = dataset.classes.length;
  const countIn = values =>
    rows.filter((_, place) =>
      dataset.classes.every((_, c) => Math.abs(values[place * classes + c] - expected[place * classes + c]) <= 1e-5),
    ).length;
  return { layersModel: countIn(found.layersModel), savedModel: countIn(found.savedModel) };
}

export default {
  name: 'export',
  row: 'export: LayersModel files and SavedModel',
  shows: 'a fresh process predicts the same',
  data: 'mnist10k, 1000 training images, convolution with batch normalization and dropout; 2000 test images',
  unit: 'test images with the same probabilities, to 1e-5',
  higherIsBetter: true,
  arms: {
    trained: () => 2000,
    'model.json': async seed => (await countEqual(seed)).layersModel,
    SavedModel: async seed => (await countEqual(seed)).savedModel,
  },
  holds: ({ values }) =>
    Object.values(values)
      .flat()
      .every(count => count === 2000),
};
