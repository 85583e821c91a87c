import { expect, test } from 'vitest';
import { decompose, invert, solveLower, solveUpper } from '../../src/stats/cholesky.ts';
import { goldenSection } from '../../src/stats/golden-section.ts';
import { minimize, type Smooth } from '../../src/stats/minimize.ts';
import { createRng } from '../../src/study/rng.ts';

/** Rosenbrock's valley; the lowest point is (1, 1). */
const valley: Smooth = ([x, y], gradient) => {
  gradient[0] = -2 * (1 - x!) - 400 * x! * (y! - x! ** 2);
  gradient[1] = 200 * (y! - x! ** 2);
  return (1 - x!) ** 2 + 100 * (y! - x! ** 2) ** 2;
};

test('the lowest point of a bent valley', () => {
  const { x, value } = minimize(valley, [-1.2, 1], { low: -5, high: 5 }, 1e-8, 200);
  expect(x[0]).toBeCloseTo(1, 6);
  expect(x[1]).toBeCloseTo(1, 6);
  expect(value).toBeLessThan(1e-12);
});

test('the lowest point in a box lies on its face when the valley leaves it', () => {
  // With x <= 0.8 the valley is lowest at (0.8, 0.64); with y <= 0.25 as well, where the derivative by x vanishes.
  const { x } = minimize(valley, [-0.5, 0.1], { low: -1, high: 0.8 }, 1e-8, 200);
  expect(x[0]).toBeCloseTo(0.8, 6);
  expect(x[1]).toBeCloseTo(0.64, 6);
});

test('where a function is not defined it turns back', () => {
  const logarithmic: Smooth = ([x], gradient) => {
    gradient[0] = 1 - 1 / x!;
    return x! > 0 ? x! - Math.log(x!) : Infinity;
  };
  expect(minimize(logarithmic, [5], { low: -100, high: 100 }, 1e-8, 100).x[0]).toBeCloseTo(1, 6);
});

test("Cholesky's decomposition solves and inverts, and can be continued", () => {
  const size = 7;
  const rng = createRng(1, 'matrix');
  const root = Array.from({ length: size }, () => Array.from({ length: size }, rng.normal));
  const full = root.map((row, i) =>
    root.map((other, j) => row.reduce((sum, a, k) => sum + a * other[k]!, i === j ? 0.1 : 0)),
  );
  const lower = Float64Array.from(full.flat());
  expect(decompose(lower, size)).toBe(true);
  const b = Float64Array.from({ length: size }, rng.normal);
  const x = b.slice();
  solveLower(lower, size, x);
  solveUpper(lower, size, x);
  full.forEach((row, i) => expect(row.reduce((sum, a, j) => sum + a * x[j]!, 0)).toBeCloseTo(b[i]!, 10));
  const inverse = invert(lower, size);
  const at = (i: number, j: number): number => inverse[Math.max(i, j) * size + Math.min(i, j)]!;
  full.forEach((row, i) =>
    full.forEach((_, j) => expect(row.reduce((sum, a, k) => sum + a * at(k, j), 0)).toBeCloseTo(Number(i === j), 9)),
  );
  expect(decompose(Float64Array.of(1, 0, 2, 1), 2)).toBe(false);
});

test('the bottom of a valley by golden section', () => {
  expect(goldenSection(x => Math.cosh(x - 1.5), -4, 3, 1e-6)).toBeCloseTo(1.5, 5);
});
