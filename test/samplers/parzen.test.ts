/** Densities of Optuna's estimator and of SciPy, and the script that made them: test/golden/make-tpe.py. */
import { describe, expect, test } from 'vitest';
import { parzen, type Axis } from '../../src/samplers/parzen.ts';
import { axisOf } from '../../src/samplers/tpe.ts';
import { toUnit } from '../../src/space/scale.ts';
import { createRng } from '../../src/study/rng.ts';
import { golden, params } from './optuna-tpe.ts';

describe("the density is Optuna's", () => {
  test.each(golden.densities)('$names, $seen.length points', ({ names, seen, points, logs }) => {
    const chosen = names.map(name => params[name]!);
    const place = (row: Readonly<Record<string, number>>): number[] =>
      chosen.map(param => toUnit(param, row[param.name]!));
    const estimator = parzen(chosen.map(axisOf), seen.map(place));
    points.forEach((point, index) => expect(estimator.logDensity(place(point))).toBeCloseTo(logs[index]!, 7));
  });
});

const line: Axis = { shareAt: () => undefined };
const fifths: Axis = { shareAt: x => [Math.floor(x * 5) / 5, (Math.floor(x * 5) + 1) / 5] };
const kinds: Axis = { choices: 3, shareAt: () => undefined };

test('is a density: it integrates to 1', () => {
  const estimator = parzen([line], [[0.1], [0.15], [0.8]]);
  const steps = 20_000;
  let mass = 0;
  for (let k = 0; k < steps; k++) mass += Math.exp(estimator.logDensity([(k + 0.5) / steps])) / steps;
  expect(mass).toBeCloseTo(1, 6);
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
