/** Normalization against scikit-learn; numbers and the command that made them: test/golden/make-sklearn.py. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../src/train/data/dataset.ts';
import { fitInputs, fitTargets, normalizeKnob, type Normalization } from '../../../src/train/data/normalization.ts';
import { golden } from './sklearn-golden.ts';

const size = 200;
const columns = 5;

function wave(index: number, phase: number): number {
  return Math.sin(0.7 * index + phase);
}

/** The columns of make-sklearn.py, as inputs and as targets. */
const table: Dataset = {
  task: 'regression',
  size,
  inputShape: [columns],
  inputs: tableValues(),
  targetSize: columns,
  targets: tableValues(),
};

function tableValues(): Float32Array {
  return Float32Array.from(
    Array.from({ length: size }, (_, row) => [
      wave(row, 0),
      1e6 * wave(row, 1),
      4096 + 0.01 * wave(row, 2),
      0.1,
      row === 7 ? 1 : 0,
    ]).flat(),
  );
}

const images: Dataset = {
  task: 'classification',
  size: 40,
  inputShape: [5, 4, 3],
  inputs: Uint8Array.from({ length: 40 * 5 * 4 * 3 }, (_, index) => Math.floor(127.5 * (1 + wave(index, 3)))),
  targetSize: 1,
  targets: new Int32Array(40),
  classes: ['a', 'b'],
};

const allRows = Int32Array.from({ length: size }, (_, row) => row);

function expectSame(actual: Normalization, expected: { offset: readonly number[]; scale: readonly number[] }): void {
  for (const part of ['offset', 'scale'] as const) {
    expect(actual[part].length).toBe(expected[part].length);
    // Relative to the scale: a mean near 0 is a sum of numbers that cancel.
    actual[part].forEach((value, feature) =>
      expect(Math.abs(value - expected[part][feature]!) / expected.scale[feature]!).toBeLessThan(1e-10),
    );
  }
}

describe.each(['standard', 'minMax'] as const)('%s follows scikit-learn', method => {
  it('per input feature', () => {
    expectSame(fitInputs(table, allRows, method), golden.table[method]);
  });
  it('per target', () => {
    expectSame(fitTargets(table, allRows, method), golden.table[method]);
  });
  it('over the given rows only', () => {
    const rows = allRows.filter(row => row % 3 === 0);
    expectSame(fitInputs(table, rows, method), golden.everyThirdRow[method]);
  });
  it('per channel of images of bytes', () => {
    const rows = Int32Array.from({ length: images.size }, (_, row) => row);
    expectSame(fitInputs(images, rows, method), golden.images[method]);
  });
  it('leaves constant features at scale 1', () => {
    expect(fitInputs(table, allRows, method).scale[3]).toBe(1);
  });
});

it('none changes nothing', () => {
  expect(fitInputs(table, allRows, 'none')).toEqual({
    method: 'none',
    offset: [0, 0, 0, 0, 0],
    scale: [1, 1, 1, 1, 1],
  });
});

it('is standard by default', () => {
  expect(normalizeKnob.parse(undefined)).toBe('standard');
});

it('gives mean 0 and variance 1, or the range from 0 to 1, for any numbers', () => {
  const number = fc.float({ noNaN: true, min: Math.fround(-1e6), max: Math.fround(1e6) });
  fc.assert(
    fc.property(fc.array(number, { minLength: 2, maxLength: 50 }), values => {
      const inputs = Float32Array.from(values);
      const rows = Int32Array.from(inputs.keys());
      const data: Dataset = { ...table, size: inputs.length, inputShape: [1], inputs };
      const normalized = (method: 'standard' | 'minMax'): number[] => {
        const { offset, scale } = fitInputs(data, rows, method);
        return Array.from(inputs, value => (value - offset[0]!) / scale[0]!);
      };
      const range = normalized('minMax');
      expect(Math.min(...range)).toBe(0);
      expect(Math.max(...range)).toBeLessThanOrEqual(1);
      const standard = normalized('standard');
      const mean = standard.reduce((total, value) => total + value, 0) / standard.length;
      expect(Math.abs(mean)).toBeLessThan(1e-6);
      const variance = standard.reduce((total, value) => total + (value - mean) ** 2, 0) / standard.length;
      // 1, or that of numbers that are the same but for rounding.
      expect(Math.abs(variance - 1) < 1e-6 || variance < 1e-6).toBe(true);
    }),
  );
});
