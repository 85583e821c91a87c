/** Data that needs more than reading a file, from the space file to the model. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { tune } from '../../src/index.ts';
import { lacksSharedData, sharedData } from '../shared-data.ts';
import { testFolder } from './test-folder.ts';

const folder = testFolder();
const train = { optimizer: { adam: 0.01 }, epochs: 2, batchSize: 8, earlyStopping: false };

test('image folders: decoded in the trainer host, never in this process', async () => {
  const { colour } = JSON.parse(readFileSync(new URL('../golden/images.json', import.meta.url), 'utf8')) as {
    readonly colour: { readonly files: Readonly<Record<string, string>> };
  };
  for (const [path, text] of Object.entries(colour.files))
    for (let copy = 0; copy < 6; copy++) {
      const target = join(folder, 'photos', dirname(path), `${copy}-${path.split('/')[1]}`);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, Buffer.from(text, 'base64'));
    }
  const data = { images: { folder: join(folder, 'photos'), size: [12, 12] } };
  const model = { layers: ['flatten', { dense: 8 }] };
  const { best, report } = await tune({ name: 'photos', data, model, train }, { trials: 1, slots: 1, reports: folder });
  expect(best!.value).toBeGreaterThan(0);
  expect(report.model!.test.examples).toBe(5);
  const { sharedObjects } = process.report.getReport() as unknown as { readonly sharedObjects: readonly string[] };
  expect(sharedObjects.filter(file => file.includes('tensorflow') || file.includes('tfjs'))).toEqual([]);
});

test('the share of a mix is a parameter like any other', async () => {
  const study = {
    name: 'mixed-moons',
    data: { twoMoons: { examples: 60 }, mix: { twoMoons: { noise: 0.1 }, share: '$share' } },
    model: { layers: [{ dense: 8 }] },
    train,
    space: { share: { type: 'float', low: 0, high: 0.9, default: 0 } },
  };
  const { trials } = await tune(study, { trials: 3, slots: 1, reports: folder });
  expect(trials.map(({ state }) => state)).toEqual(['complete', 'complete', 'complete']);
  expect(new Set(trials.map(({ config }) => config['share'])).size).toBe(3);
});

test.skipIf(lacksSharedData)('drawn digits beside 100 real ones beat the 100 alone', { timeout: 240_000 }, async () => {
  const idx = {
    images: sharedData('mnist10k/train-images-idx3-ubyte.gz'),
    labels: sharedData('mnist10k/train-labels-idx1-ubyte.gz'),
    testImages: sharedData('mnist10k/t10k-images-idx3-ubyte.gz'),
    testLabels: sharedData('mnist10k/t10k-labels-idx1-ubyte.gz'),
  };
  const convolution = (filters: number, kernelSize: number) => ({
    conv2d: { filters, kernelSize, activation: 'relu' },
  });
  const hidden = { dense: { units: 64, activation: 'relu' } };
  const model = { layers: [convolution(8, 5), { maxPool: 2 }, convolution(16, 3), { maxPool: 2 }, 'flatten', hidden] };
  const accuracy = async (name: string, seed: number, epochs: number, mix: object): Promise<number> => {
    const data = { idx, trainingExamples: 100, split: { validation: 0.05 }, ...mix };
    const train = { optimizer: { adam: 0.002 }, batchSize: 32, epochs, earlyStopping: { patience: 8 } };
    const { report } = await tune({ name, data, model, seed, train }, { trials: 1, slots: 1, reports: folder });
    return report.model!.test.metrics['accuracy']!;
  };
  let gain = 0;
  for (const seed of [2, 3]) {
    const alone = await accuracy(`alone-${seed}`, seed, 60, {});
    const mixed = await accuracy(`mixed-${seed}`, seed, 10, { mix: { glyphs: {}, share: 0.95 } });
    gain += (mixed - alone) / 2;
  }
  // With five seeds: 0.799 on average alone, 0.842 mixed.
  expect(gain).toBeGreaterThan(0);
});
