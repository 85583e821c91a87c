/** Against SciPy, NumPy and mpmath; the script that made the numbers: test/golden/make-gp.py. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createUnlikelihood, fitKernel } from '../../src/samplers/gp-fit.ts';
import type { Kernel, Points } from '../../src/samplers/gp-kernel.ts';
import { createPosterior } from '../../src/samplers/gp-posterior.ts';
import { bend, warp } from '../../src/samplers/gp-warp.ts';
import { logGain, logGainSlope, logImprovement, logImprovementSlopes } from '../../src/samplers/log-ei.ts';

interface Golden {
  readonly gain: readonly { readonly z: number; readonly log: number; readonly slope: number }[];
  readonly process: {
    readonly rows: readonly (readonly number[])[];
    readonly values: readonly number[];
    readonly weights: readonly number[];
    readonly scale: number;
    readonly noise: number;
    readonly logLikelihood: number;
    readonly slopes: readonly number[];
    readonly queries: readonly {
      readonly x: readonly number[];
      readonly mean: number;
      readonly variance: number;
      readonly meanSlopes: readonly number[];
      readonly varianceSlopes: readonly number[];
    }[];
  };
  readonly fit: { readonly weights: readonly number[]; readonly scale: number; readonly noise: number };
  readonly warps: readonly {
    readonly losses: readonly number[];
    readonly power: number;
    readonly warped: readonly number[];
  }[];
}

const golden = JSON.parse(readFileSync(new URL('../golden/gp.json', import.meta.url), 'utf8')) as Golden;
const { process: given } = golden;
const points: Points = { rows: given.rows.map(row => Float64Array.from(row)), unordered: [false, false, true] };
const values = Float64Array.from(given.values);
const kernel: Kernel = { ...given, weights: Float64Array.from(given.weights) };

function expectClose(actual: ArrayLike<number>, expected: readonly number[], digits: number): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((number, index) => expect(actual[index]).toBeCloseTo(number, digits));
}

test.each(golden.gain)('the logarithm of the gain at $z, and its slope', ({ z, log, slope }) => {
  expect(Math.abs(logGain(z) / log - 1)).toBeLessThan(1e-11);
  expect(Math.abs(logGainSlope(z) / slope - 1)).toBeLessThan(1e-8);
});

test('slopes of the expected improvement by mean and variance', () => {
  const at = (mean: number, variance: number): number => logImprovement({ mean, variance }, 0.3);
  for (const [mean, variance] of [
    [-1, 0.5],
    [0.3, 2],
    [2, 0.04],
  ] as const) {
    const [byMean, byVariance] = logImprovementSlopes({ mean, variance }, 0.3);
    const h = 1e-5 * variance;
    expect(byMean).toBeCloseTo((at(mean + h, variance) - at(mean - h, variance)) / (2 * h), 4);
    expect(byVariance).toBeCloseTo((at(mean, variance + h) - at(mean, variance - h)) / (2 * h), 4);
  }
});

test('marginal likelihood and its slopes', () => {
  const gradient = new Float64Array(5);
  expect(createUnlikelihood(points, values)(kernel, gradient)).toBeCloseTo(-given.logLikelihood, 10);
  expectClose(
    gradient.map(slope => -slope),
    given.slopes,
    7,
  );
});

test('the fitted kernel', () => {
  const fitted = fitKernel(points, values);
  [...golden.fit.weights].forEach((weight, j) => expect(fitted.weights[j]! / weight).toBeCloseTo(1, 1));
  expect(fitted.scale / golden.fit.scale).toBeCloseTo(1, 1);
  expect(fitted.noise).toBeCloseTo(golden.fit.noise, 3);
});

describe('the posterior', () => {
  const posterior = createPosterior(kernel, points, values);

  test.each(given.queries)('at $x', ({ x, mean, variance, meanSlopes, varianceSlopes }) => {
    const query = Float64Array.from(x);
    const [byMean, byVariance] = [new Float64Array(3), new Float64Array(3)];
    for (const belief of [
      posterior.at(query),
      posterior.slopesAt(query, byMean, () => [1, 0]),
      posterior.slopesAt(query, byVariance, () => [0, 1]),
    ]) {
      expect(belief.mean).toBeCloseTo(mean, 10);
      expect(belief.variance).toBeCloseTo(variance, 10);
    }
    expectClose(byMean, [...meanSlopes, 0], 6);
    expectClose(byVariance, [...varianceSlopes, 0], 6);
  });

  test('a glance gives the mean, and no less than the variance', () => {
    for (const { x, mean, variance } of given.queries) {
      const belief = posterior.glance(Float64Array.from(x));
      expect(belief.mean).toBeCloseTo(mean, 10);
      expect(belief.variance).toBeGreaterThanOrEqual(variance);
    }
  });
});

describe('losses are bent', () => {
  test.each(golden.warps)(
    "by Yeo and Johnson's transformation, as SciPy does: power $power",
    ({ losses, power, warped }) => {
      // SciPy's search for the power ends a little earlier or later.
      expectClose(warp(losses).values, warped, 2);
      const [low, high] = [Math.min(...losses), Math.max(...losses)];
      expect(bend(high, power)).toBeGreaterThan(bend(low, power));
    },
  );

  test('the slope is that of values by losses at the lowest one', () => {
    // A change so small that mean and deviation stay: of the transformation alone.
    const losses = [3, 3.0001, 5, 8, 13, 40, 200, 1000];
    const { values, slope } = warp(losses);
    expect(slope / ((values[1]! - values[0]!) / 0.0001)).toBeCloseTo(1, 3);
  });

  test('endless, huge and equal ones too', () => {
    expect([...warp([3, 3, 3]).values]).toEqual([0, 0, 0]);
    expect([...warp([0.1, 0.1, 0.1]).values]).toEqual([0, 0, 0]);
    expect([...warp([Infinity, Infinity]).values]).toEqual([0, 0]);
    const [first, second, endless] = warp([1, 2, Infinity, 1.5]).values;
    expect(first).toBeLessThan(second!);
    expect(endless).toBe(second);
    expect(warp([1e300, -1e300, 1e308, 5]).values.every(Number.isFinite)).toBe(true);
  });
});
