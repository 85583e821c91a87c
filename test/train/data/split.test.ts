/** The split: every row once, exact sizes, classes in proportion. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/study/rng.ts';
import type { Dataset } from '../../../src/train/data/dataset.ts';
import { splitKnob, splitRows, type Split } from '../../../src/train/data/split.ts';
import { problemsOf } from './helpers.ts';

function dataOf(labels: readonly number[], testSize?: number): Dataset {
  return {
    task: 'classification',
    size: labels.length,
    inputShape: [1],
    inputs: new Float32Array(labels.length),
    targetSize: 1,
    targets: Int32Array.from(labels),
    classes: Array.from({ length: Math.max(...labels) + 1 }, (_, index) => String(index)),
    ...(testSize !== undefined && { testSize }),
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
});
