/** The split: every row once, exact sizes, classes in proportion. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/study/rng.ts';
import type { Dataset } from '../../../src/train/data/dataset.ts';
import { splitKnob, splitRows, type Split } from '../../../src/train/data/split.ts';
import { problemsOf } from './helpers.ts';

function dataOf(labels: readonly number[], testSize?: number, other: Partial<Dataset> = {}): Dataset {
  return {
    task: 'classification',
    size: labels.length,
    inputShape: [1],
    inputs: new Float32Array(labels.length),
    targetSize: 1,
    targets: Int32Array.from(labels),
    classes: Array.from({ length: Math.max(...labels) + 1 }, (_, index) => String(index)),
    ...(testSize !== undefined && { testSize }),
    ...other,
  };
}

function split(data: Dataset, knobs: object = {}, seed = 1): Split {
  return splitRows(data, splitKnob.parse(knobs), createRng(seed, 'split'));
}

/** n labels of k classes in turn. */
function cycle(n: number, k: number): number[] {
  return Array.from({ length: n }, (_, index) => index % k);
}

const parts = ['train', 'validation', 'test'] as const;
const allParts = [...parts, 'tuning'] as const;

describe('defaults', () => {
  it('are 70, 15 and 15 percent', () => {
    const { train, validation, test } = split(dataOf(cycle(200, 2)));
    expect([train.length, validation.length, test.length]).toEqual([140, 30, 30]);
  });
  it('take the last rows for the test where the data says so, and the validation share from the rest', () => {
    const { train, validation, test } = split(dataOf(cycle(120, 2), 20));
    expect([train.length, validation.length]).toEqual([85, 15]);
    expect([...test]).toEqual(Array.from({ length: 20 }, (_, index) => 100 + index));
    expect(Math.max(...train, ...validation)).toBeLessThan(100);
  });
});

it('keeps the first rows for training where the data says so; the shares are those of the others', () => {
  const alone = split(dataOf(cycle(120, 2), 20));
  const labels = [...new Array<number>(30).fill(1), ...cycle(120, 2)];
  const { train, validation, test } = split({ ...dataOf(labels, 20), trainOnly: 30 });
  const moved = (rows: Int32Array): number[] => Array.from(rows, row => row + 30);
  expect([...train]).toEqual([...moved(alone.train), ...Array.from({ length: 30 }, (_, row) => row)]);
  expect([[...validation], [...test]]).toEqual([moved(alone.validation), moved(alone.test)]);
});

describe('any data', () => {
  const labels = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 12, maxLength: 300 });
  const share = fc.double({ min: 0.1, max: 0.4, noNaN: true });
  const seed = fc.nat();

  it('has every row in exactly one part, and the parts have the sizes that were asked for', () => {
    fc.assert(
      fc.property(labels, share, share, fc.boolean(), seed, (labels, validation, test, stratify, seed) => {
        const done = split(dataOf(labels), { validation, test, stratify }, seed);
        const rows = parts.flatMap(part => [...done[part]]).toSorted((a, b) => a - b);
        expect(rows).toEqual([...labels.keys()]);
        expect(done.validation.length).toBe(Math.round(validation * labels.length));
        expect(done.test.length).toBe(Math.round(test * labels.length));
      }),
    );
  });

  it('has classes in proportion: off by less than one row, where every class has rows enough', () => {
    const counts = fc.array(fc.integer({ min: 30, max: 80 }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(counts, share, share, seed, (counts, validation, test, seed) => {
        const labels = counts.flatMap((count, index) => new Array<number>(count).fill(index));
        const done = split(dataOf(labels), { validation, test }, seed);
        for (const part of parts)
          counts.forEach((count, index) => {
            const found = done[part].filter(row => labels[row] === index).length;
            // Validation is shared out after the test rows: two roundings for what is left to training.
            const exact = (count * done[part].length) / labels.length;
            expect(Math.abs(found - exact)).toBeLessThan(part === 'test' ? 1 : 2);
          });
      }),
    );
  });

  it('has every class of three rows or more in every part, where the parts are large enough', () => {
    const counts = fc.array(fc.integer({ min: 3, max: 30 }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(counts, seed, (counts, seed) => {
        const labels = counts.flatMap((count, index) => new Array<number>(count).fill(index));
        const quarter = Math.round(labels.length / 4);
        fc.pre(quarter >= counts.length && labels.length - 2 * counts.length >= quarter);
        const done = split(dataOf(labels), { validation: 0.25, test: 0.25 }, seed);
        for (const part of parts) expect(new Set([...done[part]].map(row => labels[row])).size).toBe(counts.length);
      }),
    );
  });
});

it('keeps single rows of a class for training', () => {
  const labels = [...cycle(60, 2), 2, 3, 3];
  const { train, validation } = split(dataOf(labels), { validation: 0.2, test: 0.2 });
  expect([...train]).toContain(60);
  expect([...train].filter(row => row > 60)).toHaveLength(1);
  expect([...validation].filter(row => row > 60)).toHaveLength(1);
});

it('depends on the seed alone', () => {
  const data = dataOf(cycle(100, 3));
  expect(split(data, {}, 5)).toEqual(split(data, {}, 5));
  expect(split(data, {}, 5)).not.toEqual(split(data, {}, 6));
});

it('draws by chance without stratification: classes are out of proportion', () => {
  const labels = cycle(200, 2);
  const shares = [1, 2, 3, 4, 5].map(
    seed => split(dataOf(labels), { stratify: false }, seed).test.filter(row => labels[row] === 0).length,
  );
  expect(shares.some(count => count !== 15)).toBe(true);
});

it('splits regression data', () => {
  const { classes: _, ...data } = dataOf(cycle(100, 2));
  const done = split({ ...data, task: 'regression', targets: Float32Array.from(data.targets, value => value + 0.5) });
  expect(parts.map(part => done[part].length)).toEqual([70, 15, 15]);
});

/** Labels, groups and shares of splits that have rows and groups enough. */
const labelled = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.nat(29)), { minLength: 120, maxLength: 300 });
const small = fc.double({ min: 0.1, max: 0.2, noNaN: true });
const tuning = fc.oneof(fc.constant(0), small);

function expectEveryRowOnce(done: Split, rows: number): void {
  const found = allParts.flatMap(part => [...done[part]]).toSorted((a, b) => a - b);
  expect(found).toEqual(Array.from({ length: rows }, (_, row) => row));
}

describe('a second validation part', () => {
  it('takes its share from training and leaves the other parts as they are', () => {
    fc.assert(
      fc.property(labelled, small, small, small, fc.nat(), (rows, validation, test, tuning, seed) => {
        const data = dataOf(rows.map(([label]) => label));
        const [plain, done] = [
          split(data, { validation, test }, seed),
          split(data, { validation, test, tuning }, seed),
        ];
        expectEveryRowOnce(done, rows.length);
        expect(done.tuning.length).toBe(Math.round(tuning * rows.length));
        expect([done.validation.length, done.test.length]).toEqual([plain.validation.length, plain.test.length]);
      }),
    );
  });
  it('is empty by default', () => {
    expect(split(dataOf(cycle(100, 2))).tuning).toHaveLength(0);
  });
});

describe('by group', () => {
  const groupsOf = (rows: readonly (readonly [number, number])[]): Int32Array =>
    Int32Array.from(rows, ([, group]) => group);

  it('every row is in one part, and every group too', () => {
    fc.assert(
      fc.property(labelled, small, small, tuning, fc.nat(), (rows, validation, test, tuning, seed) => {
        const groups = groupsOf(rows);
        fc.pre(new Set(groups).size >= 4);
        const data = dataOf(
          rows.map(([label]) => label),
          undefined,
          { groups },
        );
        const done = split(data, { validation, test, tuning }, seed);
        expectEveryRowOnce(done, rows.length);
        const homes = allParts.map(part => new Set(done[part].map(row => groups[row]!)));
        expect(homes.reduce((sum, home) => sum + home.size, 0)).toBe(new Set(groups).size);
        for (const part of parts) expect(done[part].length).toBeGreaterThan(0);
      }),
    );
  });

  it('30 patients of about 20 rows: parts and classes are near their shares', () => {
    const groups = Int32Array.from({ length: 600 }, (_, row) => (row * 7919) % 30);
    const data = dataOf(cycle(600, 3), undefined, { groups });
    for (let seed = 0; seed < 20; seed++) {
      const done = split(data, { validation: 0.2, test: 0.2 }, seed);
      for (const part of ['validation', 'test'] as const) {
        expect(Math.abs(done[part].length - 120)).toBeLessThanOrEqual(20);
        for (const label of [0, 1, 2])
          expect(Math.abs(done[part].filter(row => row % 3 === label).length - 40)).toBeLessThanOrEqual(20);
      }
    }
    expect(split(data, {}, 1)).not.toEqual(split(data, {}, 2));
    expect(split(data, {}, 1)).toEqual(split(data, {}, 1));
  });

  it('groups of one class each: every part has both classes', () => {
    const groups = Int32Array.from({ length: 400 }, (_, row) => row >> 3);
    const labels = Array.from(groups, group => (group % 5 === 0 ? 1 : 0));
    const done = split(dataOf(labels, undefined, { groups }), { validation: 0.2, test: 0.2 });
    for (const part of parts) {
      const share = done[part].filter(row => labels[row] === 1).length / done[part].length;
      expect(share).toBeGreaterThan(0.1);
      expect(share).toBeLessThan(0.3);
    }
  });

  it('refuses fewer groups than parts', async () => {
    const data = dataOf(cycle(60, 2), undefined, { groups: Int32Array.from(cycle(60, 2)) });
    const [problem] = await problemsOf(() => split(data));
    expect(problem).toMatchObject({ message: 'there are 2 groups left for 3 parts of the split' });
  });
});

describe('by time', () => {
  it('training comes first, then tuning, validation and test', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(50), { minLength: 40, maxLength: 200 }),
        small,
        small,
        tuning,
        (times, v, t, tuning) => {
          const data = dataOf(cycle(times.length, 2), undefined, { times: Float64Array.from(times) });
          const done = split(data, { validation: v, test: t, tuning });
          expectEveryRowOnce(done, times.length);
          const order = (['train', 'tuning', 'validation', 'test'] as const).flatMap(part => [...done[part]]);
          const ordered = order.map(row => times[row]!);
          expect(ordered).toEqual(ordered.toSorted((a, b) => a - b));
          expect(done.validation.length).toBe(Math.round(v * times.length));
          expect(done.test.length).toBe(Math.round(t * times.length));
        },
      ),
    );
  });
});

describe('k folds', () => {
  it.each(['at random', 'by group'])('%s: the validation parts share the rows outside of the test out', kind => {
    fc.assert(
      fc.property(labelled, fc.integer({ min: 2, max: 5 }), tuning, fc.nat(), (rows, folds, tuning, seed) => {
        const groups = Int32Array.from(rows, ([, group]) => group);
        fc.pre(new Set(groups).size >= folds + 2);
        const data = dataOf(
          rows.map(([label]) => label),
          undefined,
          kind === 'by group' ? { groups } : {},
        );
        const all = Array.from({ length: folds }, (_, fold) => split(data, { folds, fold, tuning }, seed));
        for (const done of all) {
          expectEveryRowOnce(done, rows.length);
          expect(done.test).toEqual(all[0]!.test);
        }
        const validated = all.flatMap(({ validation }) => [...validation]);
        expect(validated).toHaveLength(rows.length - all[0]!.test.length);
        expect(new Set(validated).size).toBe(validated.length);
      }),
    );
  });

  it('are of equal size and equal in their classes, but for a row', () => {
    const labels = [
      ...new Array<number>(61).fill(0),
      ...new Array<number>(33).fill(1),
      ...new Array<number>(9).fill(2),
    ];
    const spread = (counts: readonly number[]): number => Math.max(...counts) - Math.min(...counts);
    const folds = [0, 1, 2, 3, 4].map(fold => split(dataOf(labels), { folds: 5, fold }).validation);
    expect(spread(folds.map(({ length }) => length))).toBeLessThanOrEqual(1);
    for (const label of [0, 1, 2])
      expect(spread(folds.map(rows => rows.filter(row => labels[row] === label).length))).toBeLessThanOrEqual(1);
  });

  it('leave a fixed test set aside', () => {
    const { train, validation, test } = split(dataOf(cycle(120, 2), 20), { folds: 4, fold: 3 });
    expect([train.length, validation.length, test.length]).toEqual([75, 25, 20]);
    expect(Math.min(...test)).toBe(100);
  });

  it('keep the rows in random order', () => {
    const { train } = split(dataOf([...new Array<number>(50).fill(0), ...new Array<number>(50).fill(1)]), { folds: 5 });
    const first = train.subarray(0, 30).filter(row => row < 50).length;
    expect(first).toBeGreaterThan(5);
    expect(first).toBeLessThan(25);
  });
});

describe('refuses', () => {
  it('a part without rows, with the numbers', async () => {
    const [problem] = await problemsOf(() => split(dataOf(cycle(9, 2)), { validation: 0.05 }));
    expect(problem).toMatchObject({
      message: 'the validation part would be empty: a share of 0.05 of 9 rows',
      expected: 'at least one row in each of the parts',
    });
  });
  it('shares that leave nothing for training', async () => {
    const problems = await problemsOf(() => split(dataOf(cycle(20, 2)), { validation: 0.5, test: 0.5 }));
    expect(problems.map(({ message }) => message)).toEqual([
      'the training part would be empty: a share of 0 of 20 rows',
    ]);
  });
  it('a test share where the data has a test set', async () => {
    const [problem] = await problemsOf(() => split(dataOf(cycle(20, 2), 5), { test: 0.2 }));
    expect(problem!.message).toBe(
      'the split asks for a test share of 0.2, but the data comes with a test set of 5 rows',
    );
  });
  it('shares outside of 0 to 1', () => {
    for (const share of [0, 1, -0.1]) expect(splitKnob.safeParse({ validation: share }).success).toBe(false);
  });
  it('a fold that is not there, and more folds than rows', async () => {
    expect(splitKnob.safeParse({ folds: 3, fold: 3 }).error!.issues).toMatchObject([
      { path: ['fold'], message: 'there is no such fold' },
    ]);
    const [problem] = await problemsOf(() => split(dataOf(cycle(12, 2)), { folds: 20 }));
    expect(problem!.message).toMatch(/^the validation part would be empty/);
  });
  it('columns that the data does not have, and group with time, and folds by time', async () => {
    const data = dataOf(cycle(20, 2));
    const [problem] = await problemsOf(() => split(data, { group: 'patient' }));
    expect(problem!.message).toBe('the data has no column "patient" to split by');
    const times = new Float64Array(20);
    const groups = new Int32Array(20);
    const problems = await problemsOf(() => split({ ...data, times, groups }, { folds: 2 }));
    expect(problems.map(({ message }) => message)).toEqual([
      'the split is by group and by time',
      '2 folds of a split by time',
    ]);
  });
});
