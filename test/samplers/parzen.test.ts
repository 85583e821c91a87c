/** Densities of Optuna's estimator and of SciPy, and the script that made them: test/golden/make-tpe.py. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Axis } from '../../src/samplers/parzen-axis.ts';
import { setWidths } from '../../src/samplers/parzen-widths.ts';
import { parzen, weightsOf } from '../../src/samplers/parzen.ts';
import { axisOf } from '../../src/samplers/trial-points.ts';
import { toUnit } from '../../src/space/scale.ts';
import { createRng } from '../../src/study/rng.ts';
import { golden, params } from './optuna-tpe.ts';

/** The farthest from the expected numbers. */
function error(actual: ArrayLike<number>, expected: readonly number[]): number {
  expect(actual).toHaveLength(expected.length);
  return expected.reduce((most, value, index) => Math.max(most, Math.abs(actual[index]! - value)), 0);
}

describe('is as in Optuna', () => {
  test.each(golden.densities)('$names, $seen.length points', ({ names, seen, points, logs, weights, widths }) => {
    const chosen = names.map(name => params[name]!);
    const place = (row: Readonly<Record<string, number>>): number[] =>
      chosen.map(param => toUnit(param, row[param.name]!));
    const axes = chosen.map(param => ({ ...axisOf(param), smoothness: 0 }));
    const estimator = parzen(axes, seen.map(place));
    expect(
      error(
        Float64Array.from(points, point => estimator.logDensity(place(point))),
        logs,
      ),
    ).toBeLessThan(1e-9);
    expect(error(weightsOf(seen.length), weights)).toBeLessThan(1e-12);
    for (const [name, expected] of Object.entries(widths)) {
      const coordinates = Float64Array.of(...seen.map(row => toUnit(params[name]!, row[name]!)), NaN);
      const actual = new Float64Array(coordinates.length);
      setWidths(actual, coordinates);
      expect(error(actual, expected)).toBeLessThan(1e-12);
    }
  });
});

const line: Axis = { count: Infinity, isOrdered: true, smoothness: 0, indexAt: () => 0, shareAt: () => [0, 1] };
const listOf = (count: number, isOrdered: boolean): Axis => {
  const indexAt = (x: number): number => Math.floor(x * count);
  return {
    count,
    isOrdered,
    smoothness: 0.5,
    indexAt,
    shareAt: x => [indexAt(x) / count, (indexAt(x) + 1) / count],
  };
};
const fifths = listOf(5, true);
const kinds = listOf(3, false);

test('is a density: it integrates to 1', () => {
  const estimator = parzen([line], [[0.1], [0.15], [0.8]]);
  const steps = 20_000;
  let mass = 0;
  for (let k = 0; k < steps; k++) mass += Math.exp(estimator.logDensity([(k + 0.5) / steps])) / steps;
  expect(mass).toBeCloseTo(1, 6);
});

test('masses of values add up to 1, whichever coordinates points and kernels lack', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: -1, max: 4 }), fc.integer({ min: -1, max: 2 })), { maxLength: 40 }),
      rows => {
        const at = (index: number, count: number): number => (index < 0 ? NaN : (index + 0.5) / count);
        const estimator = parzen(
          [fifths, kinds],
          rows.map(([i, j]) => [at(i, 5), at(j, 3)]),
        );
        const massOf = (is: readonly number[], js: readonly number[]): number =>
          is.reduce((sum, i) => js.reduce((s, j) => s + Math.exp(estimator.logDensity([at(i, 5), at(j, 3)])), sum), 0);
        expect(massOf([0, 1, 2, 3, 4], [0, 1, 2])).toBeCloseTo(1, 9);
        expect(massOf([-1], [0, 1, 2])).toBeCloseTo(1, 9);
        expect(massOf([0, 1, 2, 3, 4], [-1])).toBeCloseTo(1, 9);
      },
    ),
  );
});

test('a limit tells large densities from small ones', () => {
  const estimator = parzen([line], [[0.1], [0.15], [0.8]]);
  const log = estimator.logDensity([0.12]);
  expect(estimator.logDensity([0.12], log + 1e-9)).toBe(log);
  expect(estimator.logDensity([0.12], log - 5)).toBe(Infinity);
});

test('draws from what it is the density of', () => {
  const estimator = parzen(
    [line, fifths, kinds],
    [
      [0.2, 0.1, 0.5],
      [0.25, 0.3, 0.5],
      [0.9, 0.9, 5 / 6],
    ],
  );
  const rng = createRng(1);
  const count = 40_000;
  const counts = new Map<string, number>();
  for (let k = 0; k < count; k++) {
    const [x, y, z] = estimator.draw(rng);
    const cell = [Math.floor(x! * 20), Math.floor(y! * 5), Math.floor(z! * 3)].join();
    counts.set(cell, (counts.get(cell) ?? 0) + 1);
  }
  let chiSquare = 0;
  for (let i = 0; i < 20; i++)
    for (let j = 0; j < 5; j++)
      for (let k = 0; k < 3; k++) {
        // Simpson's rule within a cell of the line.
        const at = (x: number): number => Math.exp(estimator.logDensity([x, (j + 0.5) / 5, (k + 0.5) / 3]));
        const share = (at(i / 20) + 4 * at((i + 0.5) / 20) + at((i + 1) / 20)) / 120;
        chiSquare += ((counts.get([i, j, k].join()) ?? 0) - count * share) ** 2 / (count * share);
      }
  // 299 degrees of freedom: five standard deviations.
  expect(chiSquare).toBeLessThan(299 + 5 * Math.sqrt(2 * 299));
});
