/** Tests, intervals and fits against SciPy and scikit-learn. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifierTest } from '../../src/stats/classifier-test.ts';
import { normalUpperTail, studentQuantile } from '../../src/stats/distributions.ts';
import { fisherExact } from '../../src/stats/fisher.ts';
import { bootstrapInterval, studentInterval } from '../../src/stats/intervals.ts';
import { kolmogorovSmirnov } from '../../src/stats/kolmogorov-smirnov.ts';
import { fitLogistic, type Matrix } from '../../src/stats/logistic-regression.ts';
import { rankSum, rankSumTail } from '../../src/stats/mann-whitney.ts';
import { adjust } from '../../src/stats/multiple-tests.ts';
import { fitPowerLaw } from '../../src/stats/power-law.ts';
import { createRng } from '../../src/study/rng.ts';
import { golden, relative, samplesOf, wave } from './golden.ts';

describe('distributions', () => {
  it('have the tails and quantiles of SciPy', () => {
    for (const { z, tail } of golden.normalTails) expect(relative(normalUpperTail(z), tail)).toBeLessThan(1e-12);
    for (const { tail, freedom, t } of golden.studentQuantiles)
      expect(relative(studentQuantile(tail, freedom), t)).toBeLessThan(1e-10);
  });
});

describe('the Kolmogorov-Smirnov test', () => {
  it.each(golden.kolmogorovSmirnov)('of $n and $m, shift $shift, $digits digits', expected => {
    const [a, b] = samplesOf(expected);
    const { statistic, p } = kolmogorovSmirnov(a.toSorted(), b.toSorted());
    expect(statistic).toBeCloseTo(expected.statistic, 12);
    // The correction of the limit distribution ends after its first terms.
    const [tolerance, least] = expected.n * expected.m <= 1_000_000 ? [1e-9, 1e-300] : [0.03, 1e-12];
    expect(relative(Math.max(p, least), Math.max(expected.p, least))).toBeLessThan(tolerance);
  });
});

describe('the rank sum', () => {
  it.each(golden.rankSum)('of $n and $m, shift $shift, $digits digits', expected => {
    const [a, b] = samplesOf(expected);
    const sum = rankSum(a, b);
    expect(sum.u).toBe(expected.u);
    expect(relative(rankSumTail([sum]), expected.p)).toBeLessThan(1e-9);
  });
});

it.each(golden.fisher)("Fisher's exact test of $hits in $sizes", ({ hits, sizes, p }) => {
  expect(relative(fisherExact(hits, sizes).p, p)).toBeLessThan(1e-9);
});

describe('adjusted p-values', () => {
  it('are those of SciPy', () => {
    const { ps, expected } = golden.adjusted;
    adjust(ps).forEach((p, index) => expect(p).toBeCloseTo(expected[index]!, 12));
  });
  it('never fall, keep the order, and one alone stays as it is', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), ps => {
        const adjusted = adjust(ps);
        adjusted.forEach((p, index) => expect(p).toBeGreaterThanOrEqual(ps[index]!));
        const ordered = [...ps.keys()].toSorted((a, b) => ps[a]! - ps[b]!).map(index => adjusted[index]!);
        expect(ordered).toEqual(ordered.toSorted((a, b) => a - b));
      }),
    );
    expect(adjust([0.3])).toEqual([0.3]);
  });
});

describe('logistic regression', () => {
  it.each(golden.logistic)('with $d columns has the coefficients of scikit-learn', ({ n, d, coefficients }) => {
    const columns = Array.from({ length: d }, (_, column) => wave(n, column, 0.3 + 0.4 * column));
    const x = matrixOf(n, d, (row, column) => columns[column]![row]!);
    const noise = wave(n, 9, 2.1);
    const isPositive = Uint8Array.from(noise, (value, row) =>
      columns[0]![row]! - 0.5 * columns[1]![row]! + 0.8 * value > 0.2 ? 1 : 0,
    );
    fitLogistic(x, isPositive, 1e-9).forEach((value, index) => expect(value).toBeCloseTo(coefficients[index]!, 6));
  });
});

describe('the classifier test', () => {
  const normal = (seed: number, rows: number, columns: number, shift = 0): Matrix => {
    const rng = createRng(seed, 'test');
    return matrixOf(rows, columns, (_, column) => rng.normal() + (column === 0 ? shift : 0));
  };
  it('finds one of ten columns shifted by half a standard deviation; the area is that of the normal distribution', () => {
    const { statistic, p } = classifierTest(normal(1, 1000, 10), normal(2, 600, 10, 0.5));
    expect(p).toBeLessThan(1e-8);
    // The chance that of two normal numbers half a deviation apart the right one is larger.
    expect(Math.abs(statistic - (1 - normalUpperTail(0.5 / Math.SQRT2)))).toBeLessThan(0.04);
  });
  it('has p-values below a level as often as the level says, or less', () => {
    const ps = Array.from(
      { length: 400 },
      (_, run) => classifierTest(normal(2 * run, 120, 5), normal(2 * run + 1, 50, 5)).p,
    );
    for (const level of [0.01, 0.05, 0.2]) {
      const share = ps.filter(p => p < level).length / ps.length;
      expect(share).toBeLessThan(level + 3 * Math.sqrt((level * (1 - level)) / ps.length));
    }
  });
  it('says nothing of samples without a difference in sight: constant columns, fewer rows than folds', () => {
    const constant = matrixOf(20, 2, () => 3);
    expect(classifierTest(constant, constant)).toEqual({ statistic: 0.5, p: 1 });
    expect(
      classifierTest(
        matrixOf(2, 1, row => row),
        matrixOf(3, 1, row => row),
      ).p,
    ).toBeGreaterThan(0.05);
  });
});

describe('intervals of a mean', () => {
  it("by Student's distribution equal SciPy's", () => {
    const { values, low, high } = golden.student;
    const found = studentInterval(values);
    expect(found.low).toBeCloseTo(low, 12);
    expect(found.high).toBeCloseTo(high, 12);
    expect(studentInterval([2])).toEqual({ mean: 2, low: -Infinity, high: Infinity });
  });
  it("by bootstrap equal SciPy's but for the draws, and repeat", () => {
    const { values, low, high } = golden.bootstrap;
    const found = bootstrapInterval(values, createRng(1, 'bootstrap').int);
    expect(relative(found.low, low)).toBeLessThan(0.03);
    expect(relative(found.high, high)).toBeLessThan(0.03);
    expect(bootstrapInterval(values, createRng(1, 'bootstrap').int)).toEqual(found);
  });
});

describe('the power law', () => {
  it.each(golden.powerLaws)("a = $a, c = $c is SciPy's", ({ sizes, losses, a, b, c, twice, reach }) => {
    const law = fitPowerLaw(sizes, losses);
    expect(relative(law.a, a)).toBeLessThan(1e-4);
    expect(relative(law.b, b)).toBeLessThan(1e-4);
    expect(relative(law.c, c)).toBeLessThan(1e-4);
    const size = 2 * Math.max(...sizes);
    expect(relative(law.predict(size), twice)).toBeLessThan(1e-5);
    const { low, high } = law.interval(size);
    const half = reach ?? twice - low;
    expect(Math.abs(twice - low - Math.min(half, twice))).toBeLessThan(0.05 * half + 1e-6);
    expect(high).toBeGreaterThanOrEqual(twice);
  });

  it('says that losses which do not fall are constant', () => {
    const law = fitPowerLaw([100, 200, 400, 800, 1600], [1, 1.01, 0.99, 1.005, 1.01]);
    expect(law.predict(1e6)).toBeGreaterThan(0.98);
    const { low, high } = law.interval(3200);
    expect(low).toBeGreaterThan(0.95);
    expect(high).toBeLessThan(1.05);
  });

  it('has an interval that a new measurement falls into 95 times of 100', () => {
    const rng = createRng(4, 'law');
    const lossAt = (size: number): number => (0.05 + 4 * size ** -0.4) * (1 + 0.02 * rng.normal());
    const sizes = [125, 250, 500, 1000].flatMap(size => [size, size, size]);
    const runs = 300;
    let inside = 0;
    for (let run = 0; run < runs; run++) {
      const { low, high } = fitPowerLaw(sizes, sizes.map(lossAt)).interval(2000);
      const loss = lossAt(2000);
      if (low <= loss && loss <= high) inside++;
    }
    expect(inside / runs).toBeGreaterThan(0.91);
  });
});

function matrixOf(rows: number, columns: number, value: (row: number, column: number) => number): Matrix {
  const values = Float64Array.from({ length: rows * columns }, (_, at) =>
    value(Math.floor(at / columns), at % columns),
  );
  return { rows, columns, values };
}
