/** What "after" asks for, in a whole study: an ensemble, smaller models, and the curve of the data's size. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { loadBackend } from '../../src/backend/load.ts';
import type { GraphModel } from '@tensorflow/tfjs';
import type { Tensor } from '../../src/backend/tf.ts';
import { tune } from '../../src/tune/tune.ts';
import type { TuneResult } from '../../src/tune/options.ts';
import { moons } from './studies.ts';
import { testFolder } from './test-folder.ts';

const reports = testFolder();

const after = {
  ensemble: 3,
  compress: [
    { prune: { sparsity: 0.5, epochs: 2 } },
    'quantize',
    { distill: { layers: [{ dense: { units: 3, activation: 'relu' } }], epochs: 3 } },
  ],
  sizeCurve: true,
  savedModel: true,
};

let result: TuneResult;

beforeAll(async () => {
  const model = { layers: [{ dense: { units: '$units', activation: 'relu' } }, { dense: 24 }] };
  result = await tune({ ...moons, model, name: 'after', after } as never, { reports, slots: 1, sampler: 'random' });
}, 120_000);

it('averages the best trials', async () => {
  const { ensemble } = result.report.model!.after!;
  expect(ensemble!.trials).toHaveLength(3);
  expect(ensemble!.trials[0]).toBe(result.best!.id);
  expect(ensemble!.test.examples).toBe(30);
  const tf = await loadBackend();
  const model = await tf.loadLayersModel(`file://${join(result.files.model!, ensemble!.folder, 'model.json')}`);
  const sums = (model.predict(tf.tensor2d([[0.3, 0.2]])) as Tensor).sum(1).dataSync();
  expect(sums[0]).toBeCloseTo(1, 5);
});

it('makes the model smaller, step by step', () => {
  const variants = result.report.model!.after!.compressed!;
  expect(variants.map(({ name }) => name)).toEqual([
    'original',
    'prune',
    'prune, quantize',
    'prune, quantize, distill',
  ]);
  const [original, pruned, quantized, small] = variants;
  expect(pruned!.bytes).toBe(original!.bytes);
  expect(pruned!.packedBytes).toBeLessThan(0.75 * original!.packedBytes);
  expect(quantized!.bytes).toBeLessThan(0.35 * pruned!.bytes);
  expect(small!.parameters).toBeLessThan(original!.parameters);
  for (const { test, milliseconds } of variants) {
    expect(test.metrics['accuracy']).toBeGreaterThan(0.4);
    expect(milliseconds).toBeGreaterThan(0);
  }
});

it('trains on parts of the data', () => {
  const points = result.report.model!.after!.sizeCurve!;
  expect(points.map(({ examples }) => examples)).toEqual([18, 18, 35, 35, 70, 70, 140, 140]);
  expect(new Set(points.map(({ value }) => value)).size).toBe(8);
});

it('saves a SavedModel that predicts the same', async () => {
  const tf = await loadBackend();
  const { loadSavedModel } = (tf as unknown as { node: { loadSavedModel(path: string): Promise<GraphModel> } }).node;
  const saved = await loadSavedModel(join(result.files.model!, result.report.model!.after!.savedModel!));
  const keras = await tf.loadLayersModel(`file://${result.files.model!}/model.json`);
  const x = tf.tensor2d([
    [0.3, 0.2],
    [-1, 1],
    [2, -0.5],
  ]);
  const expected = (keras.predict(x) as Tensor).dataSync();
  const found = Object.values(saved.predict({ inputs: x }) as Record<string, Tensor>)[0]!.dataSync();
  found.forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 5));
});

it('tells of it in the report', async () => {
  const text = await readFile(result.files.markdown, 'utf8');
  expect(text).toContain('#### Ensemble');
  expect(text).toMatch(/\| prune, quantize +\|/);
  expect(text).toMatch(/#### Size of the data[^]*(Twice the data \(280 training rows\)|The losses vary too much)/);
  expect(text).toMatch(/It has [\d,]+ parameters and takes [\d,]+ FLOPs per example/);
});
