/** Vectors of classes in place of classes: the data, the network's end, and what is scored. */
import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend } from '../../src/backend/load.ts';
import { tf, type Tensor } from '../../src/backend/tf.ts';
import { auc } from '../../src/stats/mann-whitney.ts';
import { prepareBatches } from '../../src/train/batches.ts';
import { dataKnobs, loadDataset } from '../../src/train/data/section.ts';
import { nearestVector } from '../../src/train/layers/nearest-vector.ts';
import { buildProgram } from '../../src/train/program.ts';
import { modelSection, trainSection } from '../../src/train/sections.ts';
import { scoreZeroShot } from '../../src/train/zero-shot-score.ts';

beforeAll(() => loadBackend());

/** Is there a loop above, a loop below, a straight stroke, an open end to the left? */
const vectors = {
  0: [1, 1, 0, 0],
  1: [0, 0, 1, 0],
  2: [0, 0, 1, 1],
  3: [0, 0, 0, 1],
  4: [1, 0, 1, 0],
  5: [0, 0, 1, 0.5],
  6: [0, 1, 0, 0],
  7: [0, 0, 1, 0.2],
  8: [1, 1, 0, 0.2],
  9: [1, 0, 0, 0],
};

function load(zeroShot: object) {
  const section = dataKnobs.parse({ glyphs: { examples: 200, size: 12 }, zeroShot });
  return loadDataset(section, '.', 1).then(dataset => ({ dataset, batches: prepareBatches(dataset, section, 1) }));
}

describe('the data', () => {
  it('keeps unseen classes out of training and validation', async () => {
    const { dataset, batches } = await load({ vectors, unseen: ['3', '8'] });
    const classesOf = (rows: Int32Array) => new Set(Array.from(rows, row => dataset.targets[row]));
    for (const part of [batches.train, batches.validation])
      for (const unseen of [3, 8]) expect(classesOf(part)).not.toContain(unseen);
    const unseenRows = Array.from(batches.test).filter(row => [3, 8].includes(dataset.targets[row]!));
    expect(unseenRows).toHaveLength(40);
    const all = [...batches.train, ...batches.validation, ...batches.test];
    expect(new Set(all).size).toBe(200);
  });

  it.each<[object, RegExp]>([
    [{ vectors: { ...vectors, 9: [1, 0] } }, /the vector has 2 numbers/],
    [{ vectors: { ...vectors, 9: [0, 0, 0, 0] } }, /all zeros/],
    [{ vectors: { ...vectors, ten: [1, 0, 0, 0] } }, /no class "ten"/],
    [{ vectors: { 0: [1, 0] } }, /the class "1" has no vector/],
    [{ vectors, unseen: ['33'] }, /no class "33"/],
    [{ vectors, unseen: Object.keys(vectors).slice(1) }, /fewer than two classes are left/],
  ])('refuses %j', async (zeroShot, message) => {
    await expect(load(zeroShot)).rejects.toThrow(message);
  });
});

it('the similarities are cosines, in the saved layers too', () => {
  const plan = nearestVector({ length: 2, values: Float32Array.from([3, 4, 0, 2, -1, 0]), unseen: [] });
  const table = plan.statistics[0]!;
  const statistics = [tf.tensor(table.initialize(table.shape, undefined as never), [3, 2])];
  const tensors = { weights: [], statistics, earlier: () => [] };
  const x = tf.tensor2d([
    [1, 0],
    [6, 8],
  ]);
  const pass = { ...tensors, hyper: {}, training: false, uniform: () => expect.fail(), normal: () => expect.fail() };
  const expected = [0.6, 0, -1, 1, 0.8, -0.6];
  const { output } = plan.apply(x, pass);
  output.dataSync().forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 6));
  const input = tf.input({ shape: [2] });
  const model = tf.model({ inputs: input, outputs: plan.toKeras(input, tensors) });
  (model.predict(x) as Tensor).dataSync().forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 5));
});

it('vectors and losses belong together', async () => {
  const { dataset } = await load({ vectors, unseen: [] });
  const model = modelSection.parse({ layers: ['flatten'] });
  const build = (data: typeof dataset, train: object) => buildProgram(data, model, trainSection.parse(train));
  expect(build(dataset, {}).loss.technique.name).toBe('classVector');
  expect(build(dataset, {}).plan.output).toEqual([10]);
  expect(() => build(dataset, { loss: 'softmaxCrossEntropy' })).toThrow(/needs class scores/);
  const { classVectors: _, ...plain } = dataset;
  expect(() => build(plain, { loss: 'classVector' })).toThrow(/needs vectors of the classes/);
});

describe('the score', () => {
  it('auc is the share of pairs in the right order', () => {
    expect(auc([3, 4], [1, 2])).toBe(1);
    expect(auc([1, 2], [3, 4])).toBe(0);
    expect(auc([1, 3], [2, 2])).toBe(0.5);
    expect(auc([1], [1])).toBe(0.5);
  });

  it('tells seen from unseen classes', () => {
    const classVectors = { length: 2, values: new Float32Array(6), unseen: [1, 2] };
    const targets = Int32Array.from([0, 0, 1, 2]);
    // Rows: right; one that looks unseen; right among the unseen; wrong among them.
    const similarities = Float32Array.from([0.9, 0.1, 0.2, 0.4, 0.5, 0.1, 0.3, 0.8, 0.2, 0.1, 0.7, 0.6]);
    const score = scoreZeroShot(classVectors, targets, Int32Array.from([0, 1, 2, 3]), similarities, similarities);
    expect(score).toMatchObject({ seenAccuracy: 0.5, unseenAccuracy: 0.5, chance: 0.5, rejectionAuc: 1 });
    expect(score.threshold).toBeCloseTo(0.1, 6);
  });
});
