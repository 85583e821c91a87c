/** Shifts between samples against SciPy and the numbers of the research; the script that made them is test/golden/make-shifts.py. */
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { areaUnderBest } from '../../src/stats/best-so-far.ts';
import { detectableShift } from '../../src/stats/detectable.ts';
import { rankSumCut, rankSumTest } from '../../src/stats/exact-rank-sum.ts';
import { shiftBetween } from '../../src/stats/hodges-lehmann.ts';
import { auc } from '../../src/stats/mann-whitney.ts';
import { adjustHolm } from '../../src/stats/multiple-tests.ts';
import { errorRate, seededShift } from '../../src/stats/seeded-shift.ts';
import type { Shift } from '../../src/stats/shift.ts';
import { shiftOfPairs } from '../../src/stats/sign-flip.ts';
import { createRng } from '../../src/study/rng.ts';
import { relative } from './golden.ts';

interface Samples {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

const golden = JSON.parse(readFileSync(new URL('../golden/shifts.json', import.meta.url), 'utf8')) as {
  readonly samples: readonly (Samples & Shift & { readonly error: number })[];
  readonly ties: readonly (Samples & { readonly p: number })[];
  readonly large: readonly (Samples & { readonly p: number })[];
  readonly pairs: readonly (Shift & { readonly differences: readonly number[]; readonly error: number })[];
  readonly holm: readonly { readonly ps: readonly number[]; readonly expected: readonly number[] }[];
};

function expectShift(found: Shift, expected: Shift): void {
  for (const key of ['estimate', 'low', 'high'] as const) expect(found[key]).toBeCloseTo(expected[key], 10);
  expect(relative(found.p, expected.p)).toBeLessThan(1e-9);
}

test('the golden set of reports-reliability.md 3.3', () => {
  const a = [0.231, 0.244, 0.229, 0.251, 0.238, 0.247, 0.242, 0.236];
  const b = [0.226, 0.219, 0.233, 0.221, 0.228, 0.224, 0.217, 0.23];
  const { estimate, low, high, p } = shiftBetween(b, a, 0.05);
  expect(p).toBeCloseTo(14 / 12_870, 15);
  expect(estimate).toBeCloseTo(0.0145, 12);
  expect([low, high].map(end => Number(end.toFixed(3)))).toEqual([0.008, 0.023]);
  expect(auc(a, b) * 64).toBeCloseTo(61, 12);
  expect(auc(a, b).toFixed(3)).toBe('0.953');
  const smallest = [3, 4, 5].map(n => rankSumTest(range(0, n), range(n, n)));
  expect(smallest.map(value => Number(value.toFixed(3)))).toEqual([0.1, 0.029, 0.008]);
});

function range(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}

describe('Hodges-Lehmann', () => {
  it.each(golden.samples)('of $before and $after', ({ before, after, error, ...expected }) => {
    expectShift(shiftBetween(before, after, error), expected);
  });
  it.each([...golden.ties, ...golden.large])('p of $before and $after', ({ before, after, p }) => {
    expect(relative(rankSumTest(before, after), p)).toBeLessThan(1e-9);
    expect(rankSumTest(after, before)).toBeCloseTo(p, 12);
  });
  it('has no ends where there are too few values', () => {
    expect(shiftBetween([1, 2, 3], [4, 5, 6], 0.05)).toMatchObject({ estimate: 3, low: -Infinity, high: Infinity });
  });
  it('cuts U where its normal distribution does, between exact and large samples', () => {
    const [exact, normal] = [rankSumCut(50, 50, 0.025), rankSumCut(50, 51, 0.025)];
    // 50 values more, of which half are below: U moves by 25 and a little.
    expect(normal.rank - exact.rank).toBeGreaterThan(15);
    expect(normal.rank - exact.rank).toBeLessThan(25);
    for (const { chance } of [exact, normal]) expect(chance).toBeCloseTo(0.025, 3);
  });
});

describe('sign flips', () => {
  it.each(golden.pairs)('of $differences', ({ differences, error, ...expected }) => {
    expectShift(shiftOfPairs(differences, error), expected);
  });
  it('reject no shift exactly where the interval leaves it out', () => {
    const value = fc.integer({ min: -1000, max: 1000 });
    fc.assert(
      fc.property(fc.uniqueArray(value, { minLength: 8, maxLength: 10 }), fc.nat(500), (noise, shift) => {
        const { low, high, estimate, p } = shiftOfPairs(
          noise.map((each, index) => each + shift + index / 1e4),
          errorRate,
        );
        expect(low > 0 || high < 0).toBe(p <= errorRate);
        expect(estimate).toBeGreaterThanOrEqual(low);
        expect(estimate).toBeLessThanOrEqual(high);
      }),
    );
  });
});

describe('samples with common seeds', () => {
  const noise = [0.3, -0.2, 0.5, -0.9, 0.1, 0.8, -0.4, 0];
  it('are judged by their pairs where seeds explain most of the noise', () => {
    const after = noise.map((value, index) => value + 0.05 + index / 1000);
    expect(seededShift(noise, after, false).p).toBeGreaterThan(0.5);
    // All 8 moved up: 2 of 256 signs, five times as much for its fifth of the error.
    expect(seededShift(noise, after, true)).toMatchObject({ test: 'sign-flip', p: (5 * 2) / 256 });
  });
  it('are judged by their ranks where that says more, at four fifths of the error', () => {
    const after = noise.map(value => 3 - value);
    const alone = seededShift(noise, after, false);
    const { test, p, low, high } = seededShift(noise, after, true);
    expect([test, p]).toEqual(['mann-whitney', alone.p * 1.25]);
    expect(low).toBeLessThanOrEqual(alone.low);
    expect(high).toBeGreaterThanOrEqual(alone.high);
  });
  it('have no use for fewer than 8 pairs', () => {
    const [before, after] = [noise.slice(1), noise.slice(1).map(value => value + 1)];
    expect(seededShift(before, after, true)).toEqual(seededShift(before, after, false));
  });
});

describe('the detectable shift', () => {
  const rng = createRng(4, 'detectable');
  const draw = (count: number): number[] => Array.from({ length: count }, () => rng.normal());
  it.each([
    [4, 4],
    [5, 8],
    [8, 8],
    [12, 9],
  ])('of %i and %i values is found in about four of five samples', (n, m) => {
    // Samples with mean 0 and variance 1 in their place, so that the shift is that of the distribution.
    const unit = (count: number): number[] => Array.from({ length: count }, (_, index) => (index % 2 === 0 ? 1 : -1));
    const scale = Math.sqrt((n + m) / (n + m - 2));
    const [before, after] = [n, m].map(count => unit(count - (count % 2)).map(value => value / scale));
    const shift = detectableShift(before!, after!, false);
    expect(shift).toBeGreaterThan(0);
    const runs = 500;
    const found = Array.from({ length: runs }, () =>
      seededShift(
        draw(n),
        draw(m).map(value => value + shift),
        false,
      ),
    );
    const share = found.filter(({ low }) => low > 0).length / runs;
    expect(share).toBeGreaterThan(0.72);
    expect(share).toBeLessThan(0.86);
  });
  it('of pairs that go together is that of their differences', () => {
    const runs = 500;
    const differences = [1, -1, 1, -1, 1, -1, 1, -1].map(value => (0.1 * value) / Math.sqrt(8 / 7));
    const before = [5, -5, -5, 5, 5, -5, -5, 5];
    const after = before.map((value, index) => value + differences[index]!);
    const shift = detectableShift(before, after, true);
    const found = Array.from({ length: runs }, () =>
      seededShift(
        before,
        before.map(value => value + 0.1 * rng.normal() + shift),
        true,
      ),
    );
    const share = found.filter(({ low }) => low > 0).length / runs;
    expect(share).toBeGreaterThan(0.72);
    expect(share).toBeLessThan(0.86);
  });
});

it.each(golden.holm)("Holm's correction of $ps", ({ ps, expected }) => {
  adjustHolm(ps).forEach((p, index) => expect(p).toBeCloseTo(expected[index]!, 12));
});

test('the area under the best loss so far', () => {
  expect(areaUnderBest([4, 6, 1, 3, 0], 4)).toBe((4 + 4 + 1 + 1) / 4);
});
