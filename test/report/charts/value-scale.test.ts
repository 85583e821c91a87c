import { describe, expect, it } from 'vitest';
import { valueAxis, valueScale } from '../../../src/report/charts/value-scale.ts';
import { quantile } from '../../../src/stats/quantile.ts';

describe('the scale of values', () => {
  it('puts what is beyond the outer fence on the edge, and says how many', () => {
    // Quartiles 1 and 3 in the logarithm to base 2: the fence is at 2^(3 + 3 * 2) = 512.
    const values = [1, 2, 4, 8, 16, 511, 513, 1e9];
    const many = [...Array(20).fill(2), ...Array(20).fill(8), ...values];
    const scale = valueScale(many, 'minimize');
    expect([511, 513, 1e9].map(scale.isBeyond)).toEqual([false, true, true]);
    expect(scale.place(511)).toBe(511);
    expect(scale.place(1e9)).toBe(scale.axis.domain[1]);
    expect(scale.note(many)).toBe('2 values above 511 are drawn at the edge.');
  });

  it('never hides good values, and looks at the other side where values are to be large', () => {
    const many = [...Array(20).fill(2), ...Array(20).fill(8), 1e-9, 1e9];
    expect([1e-9, 1e9].map(valueScale(many, 'minimize').isBeyond)).toEqual([false, true]);
    const maximized = valueScale(many, 'maximize');
    expect([1e-9, 1e9].map(maximized.isBeyond)).toEqual([true, false]);
    expect(maximized.place(1e-9)).toBe(maximized.axis.domain[0]);
    expect(maximized.note(many)).toBe('One value below 2 is drawn at the edge.');
  });

  it('fences values below zero as they are', () => {
    // Quartiles -1 and 1: the fence is at 1 + 3 * 2.
    const many = [...Array(20).fill(-1), ...Array(20).fill(1), 6.9, 7.1];
    expect([6.9, 7.1].map(valueScale(many, 'minimize').isBeyond)).toEqual([false, true]);
  });

  it('is logarithmic for positive values that span much', () => {
    expect(valueAxis([0.01, 0.08]).type).toBe('linear');
    expect(valueAxis([0, 100]).type).toBe('linear');
    const { type, domain, ticks } = valueAxis([0.01, 1]);
    expect(type).toBe('log');
    expect(domain[0]).toBeLessThan(0.01);
    expect(domain[1]).toBeGreaterThan(1);
    expect(ticks).toEqual([0.01, 0.03, 0.1, 0.3, 1]);
    expect(valueAxis([0.01, 0.08], 'log').type).toBe('log');
    expect(valueAxis([0.01, 0.02], 'log').type).toBe('linear');
    expect(valueAxis([1e-12, 1e12]).ticks!.length).toBeLessThan(10);
  });

  it('has room around a single value', () => {
    for (const value of [0, 5, -5]) {
      const [low, high] = valueScale([value], 'minimize').axis.domain;
      expect(low).toBeLessThan(value);
      expect(high).toBeGreaterThan(value);
    }
  });

  it('has the quantiles of NumPy', () => {
    // numpy.quantile([1, 2, 4, 8], [0, 0.1, 0.5, 0.9, 1])
    expect([0, 0.1, 0.5, 0.9, 1].map(share => quantile([1, 2, 4, 8], share))).toEqual([
      1, 1.3, 3, 6.800000000000001, 8,
    ]);
  });
});
