/** A study of images from images: trained, saved in every form, made smaller, and averaged. */
import { beforeAll, expect, it } from 'vitest';
import { loadBackend } from '../../src/backend/load.ts';
import type { Tensor } from '../../src/backend/tf.ts';
import { datasetFromArrays, tune, type TuneResult } from '../../src/index.ts';
import { createRng } from '../../src/study/rng.ts';
import { testFolder } from './test-folder.ts';

const reports = testFolder();

/** Noisy images of slanted waves, and the same without the noise. */
function noisyWaves(count: number) {
  const rng = createRng(1, 'waves');
  const targets = Array.from({ length: count }, () => {
    const [slant, phase] = [rng.uniform(), 6 * rng.uniform()];
    return Array.from({ length: 64 }, (_, pixel) => 0.5 + 0.5 * Math.sin((pixel % 8) + slant * (pixel >> 3) + phase));
  });
  const inputs = Float32Array.from(targets.flatMap(image => image.map(value => value + 0.2 * rng.normal())));
  return datasetFromArrays({ inputs, inputShape: [8, 8, 1], targets, testSize: 40 });
}

const space = {
  name: 'waves',
  model: {
    output: 'none',
    layers: [
      {
        residual: [
          { conv2d: { filters: 6, kernelSize: 3, padding: 'same', activation: 'relu' } },
          { conv2d: { filters: 1, kernelSize: 3, padding: 'same' } },
        ],
      },
    ],
  },
  train: { optimizer: { adam: '$learningRate' }, epochs: 8 },
  space: { learningRate: { type: 'categorical', choices: [0.01, 0.02] } },
  search: { pruner: 'none' },
  metric: { name: 'valPsnr', goal: 'maximize' },
  after: {
    savedModel: true,
    ensemble: 2,
    compress: [
      'quantize',
      { distill: { layers: [{ conv2d: { filters: 1, kernelSize: 3, padding: 'same' } }], epochs: 8 } },
    ],
  },
  seed: 1,
};

const dataset = noisyWaves(240);
let result: TuneResult;

beforeAll(async () => {
  result = await tune(space as never, { dataset, trials: 3, slots: 1, reports });
}, 120_000);

it('learns to remove the noise', () => {
  expect(result.trials.map(({ state }) => state)).toEqual(['complete', 'complete']);
  const { test } = result.report.model!;
  // The noise alone: 10 log10(1 / 0.04) = 14 dB.
  expect(test.metrics['psnr']).toBeGreaterThan(16);
  expect(test.examples).toBe(40);
});

it('saves a model that takes images and gives their pixels, as good as it was scored', async () => {
  const tf = await loadBackend();
  const model = await tf.loadLayersModel(`file://${result.files.model!}/model.json`);
  const first = 200 * 64;
  const images = tf.tensor4d(dataset.inputs.slice(first), [40, 8, 8, 1], 'float32');
  const pixels = model.predict(images) as Tensor;
  const errors = tf.squaredDifference(pixels, tf.tensor2d(dataset.targets.slice(first), [40, 64]));
  const ratios = tf.mul(-10 / Math.LN10, tf.log(tf.mean(errors, 1)));
  expect(tf.mean(ratios).dataSync()[0]).toBeCloseTo(result.report.model!.test.metrics['psnr']!, 3);
});

it('goes on to smaller models, which are images from images too', () => {
  const { compressed, savedModel } = result.report.model!.after!;
  expect(savedModel).toBe('saved_model');
  expect(compressed!.map(({ name, parameters }) => [name, parameters])).toEqual([
    ['original', 115],
    ['quantize', 115],
    ['quantize, distill', 10],
  ]);
  expect(compressed!.at(-1)!.test.metrics['psnr']).toBeGreaterThan(14);
});
