/** Generated examples among the training rows, and fewer training rows: how many, which, and where they never come. */
import { describe, expect, it } from 'vitest';
import { datasetFromArrays } from '../../../src/train/data/arrays.ts';
import type { Dataset } from '../../../src/train/data/dataset.ts';
import { withMix } from '../../../src/train/data/mix.ts';
import { partsOf } from '../../../src/train/data/parts.ts';
import { dataKnobs, dataSection, describeDataset, sourceOf } from '../../../src/train/data/section.ts';
import { load, problemsOf } from './helpers.ts';

function mixInto(dataset: Dataset, section: object): Promise<Dataset> {
  return withMix(dataset, dataKnobs.parse(section), 1);
}

function rowsOf({ inputs, size }: Dataset, rows: Iterable<number>): string[] {
  const width = inputs.length / size;
  return Array.from(rows, row => inputs.subarray(row * width, (row + 1) * width).join());
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

describe('a mix', () => {
  it('makes up the share of the training rows, and leaves validation and test alone', async () => {
    const real = await load('glyphs', { examples: 200 });
    const knobs = dataKnobs.parse({});
    const before = partsOf(real, knobs, 1);
    for (const [share, count] of [
      [0.5, 140],
      [0.25, 47],
      [0.75, 420],
    ] as const) {
      const mixed = await mixInto(real, { mix: { glyphs: {}, share } });
      expect(mixed).toMatchObject({ size: 200 + count, trainOnly: count, classes: real.classes });
      const after = partsOf(mixed, knobs, 1);
      expect(after.train).toHaveLength(140 + count);
      expect(after.train.filter(row => row < count)).toHaveLength(count);
      for (const part of ['validation', 'test'] as const)
        expect(rowsOf(mixed, after[part])).toEqual(rowsOf(real, before[part]));
    }
  });
  it('of no share is the data itself', async () => {
    const real = await load('twoMoons', { examples: 50 });
    expect(await mixInto(real, { mix: { twoMoons: {}, share: 0 } })).toBe(real);
    expect(await mixInto(real, {})).toBe(real);
  });
  it('holds no example of the data, though both come from one procedure and one seed', async () => {
    const real = await load('glyphs', { examples: 100 }, { seed: 1 });
    const mixed = await mixInto(real, { mix: { glyphs: {}, share: 0.5 } });
    const known = new Set(rowsOf(real, range(0, real.size)));
    expect(rowsOf(mixed, range(0, mixed.trainOnly!)).filter(row => known.has(row))).toEqual([]);
  });
  it('finds its classes by name', async () => {
    const inputs = Uint8Array.from({ length: 24 * 144 }, (_, index) => index % 251);
    const classes = ['letter', '9', '8', '7', '6', '5', '4', '3', '2', '1', '0'];
    const targets = Array.from({ length: 24 }, (_, index) => index % 11);
    const real = datasetFromArrays({ inputs, inputShape: [12, 12, 1], targets, classes });
    const mixed = await mixInto(real, {
      mix: { glyphs: { size: 12 }, share: 0.6 },
      split: { validation: 0.1, test: 0.1 },
    });
    // 20 of 24 rows train; 30 more are generated, from 0 to 9 in turn.
    expect(mixed.trainOnly).toBe(30);
    expect(Array.from(mixed.targets.subarray(0, 30), target => classes[target])).toEqual(
      range(0, 30).map(row => String(row % 10)),
    );
  });
  it('of few examples has any of the classes', async () => {
    const real = await load('twoMoons', { examples: 40 });
    const mixed = await mixInto(real, { mix: { twoMoons: { noise: 0.1 }, share: 0.2 } });
    expect(mixed.trainOnly).toBe(7);
    expect(new Set(mixed.targets.subarray(0, 7)).size).toBe(2);
    expect(mixed.inputs.every(Number.isFinite)).toBe(true);
  });
  it('leaves the groups of the data in their parts', async () => {
    const real = {
      ...(await load('twoMoons', { examples: 60 })),
      groups: Int32Array.from({ length: 60 }, (_, row) => row % 12),
    };
    const section = { split: { group: 'who' } };
    const mixed = await mixInto(real, { ...section, mix: { twoMoons: {} } });
    const [before, after] = [real, mixed].map(data => partsOf(data, dataKnobs.parse(section), 1));
    for (const part of ['validation', 'test'] as const)
      expect(Array.from(after![part], row => row - mixed.trainOnly!)).toEqual([...before![part]]);
  });
  it('may be values', async () => {
    const real = await load('noisyRegression', { examples: 100 });
    const mixed = await mixInto(real, { mix: { noisyRegression: { noise: 0 } } });
    expect(mixed).toMatchObject({ size: 170, trainOnly: 70, task: 'regression' });
  });
  it('is no part of the source: trials with other mixes share the loaded data', () => {
    const source = { twoMoons: { examples: 40 } };
    const mixed = { ...source, mix: { twoMoons: {}, share: 0.2 }, normalize: 'minMax' };
    expect(sourceOf(dataSection.parse(mixed))).toBe(sourceOf(dataSection.parse(source)));
    expect(sourceOf(dataSection.parse({ twoMoons: {} }))).not.toBe(sourceOf(dataSection.parse(source)));
  });
});

describe('a mix that does not fit is refused:', () => {
  const told = async (source: object, mix: object) =>
    (await problemsOf(() => describeDataset(dataSection.parse({ ...source, mix }), '.', 1))).map(
      ({ message, expected }) => `${message}; ${expected}`,
    );
  it('other shapes, classes and tasks, before anything is loaded', async () => {
    expect(await told({ glyphs: { size: 20 } }, { glyphs: {} })).toEqual([
      'the shape of the mix is [28, 28, 1]; [20, 20, 1], as in the data',
    ]);
    expect(await told({ spirals: { classes: 3 } }, { twoMoons: {} })).toEqual([
      'the class "outer" of the mix is none of the data; "0", "1" or "2"',
      'the class "inner" of the mix is none of the data; "0", "1" or "2"',
    ]);
    expect(await told({ noisyRegression: {} }, { twoMoons: {} })).toEqual([
      'the task of the mix is classification; regression, as in the data',
      'the shape of the mix is [2]; [10], as in the data',
    ]);
  });
  it('bytes among other numbers', async () => {
    const glyphs = await load('glyphs', { examples: 40, size: 12 });
    const scaled = { ...glyphs, inputs: Float32Array.from(glyphs.inputs, value => value / 255) };
    const [problem] = await problemsOf(() => mixInto(scaled, { mix: { glyphs: { size: 12 } } }));
    expect(problem!.message).toBe(
      'the generated examples are bytes from 0 to 255, those of the data numbers of 32 bits',
    );
  });
  it('more examples than anyone waits for', async () => {
    const real = await load('twoMoons', { examples: 1000 });
    const [problem] = await problemsOf(() => mixInto(real, { mix: { twoMoons: {}, share: 0.9999 } }));
    expect(problem!.message).toBe('a share of 0.9999 beside 700 training rows would be 6999300 generated examples');
  });
  it('none or two procedures, a share of 1, examples of its own', () => {
    for (const mix of [
      {},
      { glyphs: {}, twoMoons: {} },
      { glyphs: {}, share: 1 },
      { glyphs: { examples: 5 } },
      { csv: {} },
    ])
      expect(dataSection.safeParse({ glyphs: {}, mix }).success).toBe(false);
  });
});

describe('trainingExamples', () => {
  const labels = Array.from({ length: 400 }, (_, index) => (index % 4 === 0 ? 'rare' : 'common'));
  const data = datasetFromArrays({ inputs: range(0, 400), targets: labels });
  const parts = (section: object, seed = 1) => partsOf(data, dataKnobs.parse(section), seed);

  it('are so many of the training rows, classes in proportion; the other parts stay', () => {
    const [all, some] = [parts({}), parts({ trainingExamples: 40 })];
    expect(some.train).toHaveLength(40);
    expect([...some.train].filter(row => labels[row] === 'rare')).toHaveLength(10);
    expect([...some.train].every(row => all.train.includes(row))).toBe(true);
    expect({ ...some, train: all.train }).toEqual(all);
  });
  it('are among those of larger numbers, and depend on the seed', () => {
    const [few, more] = [parts({ trainingExamples: 10 }), parts({ trainingExamples: 20 })];
    expect([...more.train.subarray(0, 10)]).toEqual([...few.train]);
    expect(parts({ trainingExamples: 10, split: { seed: 1 } }, 2)).toEqual(few);
    expect(parts({ trainingExamples: 10 }, 2)).not.toEqual(few);
  });
  it('count the real rows alone, and a mix is a share beside them', async () => {
    const glyphs = await load('glyphs', { examples: 400 });
    const section = { mix: { glyphs: {}, share: 0.9 }, trainingExamples: 20 };
    const mixed = await mixInto(glyphs, section);
    expect(mixed.trainOnly).toBe(180);
    const { train, validation } = partsOf(mixed, dataKnobs.parse(section), 1);
    expect([train.length, validation.length]).toEqual([200, 60]);
    expect([...train].filter(row => row < 180).toSorted((a, b) => a - b)).toEqual(range(0, 180));
  });
  it('more than there are is refused', async () => {
    const [problem] = await problemsOf(() => parts({ trainingExamples: 300 }));
    expect(problem).toMatchObject({
      message: 'trainingExamples is 300, but the training part has 280 rows',
      expected: 'at most 280',
    });
  });
});
