/** Distribution shifts between the parts of a split: planted ones are found, and random splits have none. */
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/study/rng.ts';
import type { Dataset } from '../../../src/train/data/dataset.ts';
import { compareParts, type FeatureShift } from '../../../src/train/data/distribution.ts';
import { splitKnob, splitRows, type Split } from '../../../src/train/data/split.ts';
import { lacksSharedData, sharedData } from '../../shared-data.ts';
import { load } from './helpers.ts';

function splitOf(dataset: Dataset, seed: number, knobs: object = {}): Split {
  return splitRows(dataset, splitKnob.parse(knobs), createRng(seed, 'split'));
}

/** The values of some rows changed. */
function change(
  dataset: Dataset,
  rows: Int32Array,
  to: (value: number, column: number, row: number) => number,
): Dataset {
  const width = dataset.inputs.length / dataset.size;
  const inputs = Float32Array.from(dataset.inputs);
  for (const row of rows)
    for (let column = 0; column < width; column++)
      inputs[row * width + column] = to(inputs[row * width + column]!, column, row);
  return { ...dataset, inputs };
}

function deviationOf({ inputs, size }: Dataset, column: number): number {
  const width = inputs.length / size;
  const values = Array.from({ length: size }, (_, row) => inputs[row * width + column]!);
  const mean = values.reduce((sum, value) => sum + value, 0) / size;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size);
}

const sources: Readonly<Record<string, () => Promise<Dataset>>> = {
  energy: () => load('csv', { file: sharedData('uci/energy.csv.gz'), target: 'y' }),
  'breast cancer': () => load('csv', { file: sharedData('sklearn/breast_cancer.csv'), header: false, skipRows: 1 }),
  digits: () => load('csv', { file: sharedData('sklearn/digits.csv.gz'), header: false }),
  mnist: () =>
    load('idx', {
      images: sharedData('mnist10k/train-images-idx3-ubyte.gz'),
      labels: sharedData('mnist10k/train-labels-idx1-ubyte.gz'),
      testImages: sharedData('mnist10k/t10k-images-idx3-ubyte.gz'),
      testLabels: sharedData('mnist10k/t10k-labels-idx1-ubyte.gz'),
    }),
};

describe.skipIf(lacksSharedData)('on real data', () => {
  // One alarm in a thousand splits for each of two kinds of tests and two parts: 200 splits of each gave 1 alarm in all.
  it.each([
    ['energy', 50],
    ['breast cancer', 20],
    ['digits', 8],
    ['mnist', 8],
  ])(
    '%s: one alarm at most on %d random splits, stratified or not',
    async (name, splits) => {
      const data = await sources[name]!();
      const seeds = Array.from({ length: splits }, (_, seed) => seed);
      const alarms = seeds.filter(
        seed => compareParts(data, splitOf(data, seed, { stratify: seed % 2 === 0 })).length > 0,
      );
      expect(alarms.length).toBeLessThanOrEqual(1);
    },
    180_000,
  );

  it.each([
    ['energy', [0, 1, 2, 3, 4, 5, 6]],
    ['breast cancer', [0, 5, 9, 15, 22, 29]],
    ['digits', [10, 20, 34, 43]],
  ])(
    '%s: one column moved by half a standard deviation is found in the validation part alone',
    async (name, columns) => {
      const data = await sources[name]!();
      for (const moved of columns) {
        const split = splitOf(data, moved);
        const half = deviationOf(data, moved) / 2;
        const shifts = compareParts(
          change(data, split.validation, (value, column) => (column === moved ? value + half : value)),
          split,
        );
        expect(new Set(shifts.map(({ part }) => part))).toEqual(new Set(['validation']));
        const named = shifts.filter(({ test }) => test === 'kolmogorovSmirnov').map(({ feature }) => feature);
        expect([[], [data.columns![moved]]]).toContainEqual(named);
      }
    },
  );

  it('breast cancer: a column without a shift of its own is found by the classifier', async () => {
    const data = await sources['breast cancer']!();
    const split = splitOf(data, 1);
    // Radius and perimeter, of which each tells the other, drift apart by a fifth of a deviation.
    const tenths = [deviationOf(data, 0) / 10, 0, -deviationOf(data, 2) / 10];
    const moved = change(data, split.test, (value, column) => value + (tenths[column] ?? 0));
    expect(compareParts(moved, split)).toMatchObject([{ part: 'test', test: 'classifier' }]);
  });

  it('mnist: darker images are found', async () => {
    const data = await sources['mnist']!();
    const split = splitOf(data, 1);
    const dark = change(data, split.test, value => 0.85 * value);
    const shifts = compareParts(dark, split);
    expect(shifts.map(({ feature }) => feature)).toContain('brightness');
    expect(shifts.every(({ part }) => part === 'test')).toBe(true);
  });

  it('digits: a missing class is named', async () => {
    const data = await sources['digits']!();
    const split = splitOf(data, 1);
    const validation = split.validation.filter(row => data.targets[row] !== 3);
    const shifts = compareParts(data, { ...split, validation });
    expect(shifts.filter(({ test }) => test === 'fisher')).toMatchObject([
      { part: 'validation', feature: 'class "3"' },
    ]);
  });

  it('energy: rows sorted by a column, as by time, are found in both parts', async () => {
    const data = await sources['energy']!();
    const times = Float64Array.from({ length: data.size }, (_, row) => data.inputs[row * 8]!);
    const shifts = compareParts(data, splitOf({ ...data, times }, 1));
    for (const part of ['validation', 'test'] as const) {
      const first = shifts.find(shift => shift.part === part);
      expect(first!.p).toBeLessThan(1e-6);
      expect(shifts.filter(shift => shift.part === part).map(({ feature }) => feature)).toContain('x1');
    }
  });
});

it('parts of a few rows, and constant columns, give no alarm', () => {
  const inputs = Float32Array.from({ length: 60 }, (_, at) => (at % 2 === 0 ? 1 : Math.sin(at)));
  const targets = Float32Array.from({ length: 30 }, (_, row) => Math.cos(row));
  const data: Dataset = { task: 'regression', size: 30, inputShape: [2], inputs, targetSize: 1, targets };
  const [train, validation, test] = [
    Int32Array.from({ length: 27 }, (_, row) => row),
    Int32Array.of(27, 28),
    Int32Array.of(29),
  ];
  expect(compareParts(data, { train, validation, test })).toEqual([]);
});

it('rows for training only are passed over', () => {
  const rng = createRng(1, 'rows');
  const inputs = Float32Array.from({ length: 900 }, (_, row) => rng.normal() + (row < 300 ? 5 : 0));
  const targets = Float32Array.from({ length: 900 }, () => rng.normal());
  const data: Dataset = { task: 'regression', size: 900, inputShape: [1], inputs, targetSize: 1, targets };
  const split = splitOf({ ...data, trainOnly: 300 }, 1);
  expect(compareParts({ ...data, trainOnly: 300 }, split)).toEqual([]);
  expect(compareParts(data, split)).not.toEqual([]);
});

describe('on drawn digits', () => {
  const planted = async (from: (seed: number) => Readonly<Record<string, unknown>>): Promise<FeatureShift[]> => {
    const [train, other] = await Promise.all([1, 2].map(seed => load('glyphs', from(seed), { seed })));
    const size = train!.size + other!.size;
    const both = {
      ...train!,
      size,
      inputs: new Uint8Array([...train!.inputs, ...other!.inputs]),
      targets: new Int32Array([...train!.targets, ...other!.targets]),
    };
    const rows = Int32Array.from({ length: size }, (_, row) => row);
    const half = train!.size + (other!.size >> 1);
    const split = {
      train: rows.slice(0, train!.size),
      validation: rows.slice(train!.size, half),
      test: rows.slice(half),
    };
    return compareParts(both, split);
  };
  it('of one kind there is no shift, of other noise there is', async () => {
    expect(await planted(() => ({ examples: 600, size: 16 }))).toEqual([]);
    const shifts = await planted(seed => ({ examples: 600, size: 16, noise: seed === 1 ? 0 : 0.3 }));
    expect(new Set(shifts.map(({ part }) => part))).toEqual(new Set(['validation', 'test']));
  });
});
