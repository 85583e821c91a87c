import { describe, expect, it } from 'vitest';
import { evenShare, paramAxis, trialPlace } from '../../../src/report/charts/param-axis.ts';
import type { Json, Param } from '../../../src/space/space.ts';

const float = { name: 'x', type: 'float', low: 1e-4, high: 1, log: true, step: null, default: 0.1 } as const;
const int = { name: 'n', type: 'int', low: 8, high: 64, log: false, step: 1, default: 8 } as const;

function ticksOf(param: Param, values: readonly Json[] = []): readonly string[] {
  return paramAxis(param, values).ticks.map(({ at, label }) => `${label} ${Number(at.toFixed(3))}`);
}

describe('the axis of a parameter', () => {
  it('has the search scale from bound to bound', () => {
    expect(paramAxis(float, []).place(0.01)).toBeCloseTo(0.5, 12);
    expect(paramAxis({ ...float, low: 0, log: false }, []).place(0.25)).toBe(0.25);
    expect(paramAxis(int, []).place(36)).toBe(0.5);
    expect(paramAxis(float, []).place(undefined)).toBeUndefined();
  });

  it('has ticks that read well', () => {
    expect(ticksOf(float)).toEqual(['1e-4 0', '1e-3 0.25', '0.01 0.5', '0.1 0.75', '1 1']);
    expect(ticksOf({ ...float, low: 0, high: 0.6, log: false })).toEqual(['0 0', '0.2 0.333', '0.4 0.667', '0.6 1']);
    expect(ticksOf(int)).toEqual(['20 0.214', '40 0.571', '60 0.929']);
    expect(ticksOf({ ...int, low: 16, high: 256, log: true })).toEqual([
      '16 0',
      '32 0.25',
      '64 0.5',
      '128 0.75',
      '256 1',
    ]);
    expect(ticksOf({ ...float, low: 0.1, high: 1 })).toEqual(['0.1 0', '0.2 0.301', '0.5 0.699', '1 1']);
    expect(ticksOf({ ...float, low: 1e-12, high: 1 })).toEqual([
      '1e-12 0',
      '1e-9 0.25',
      '1e-6 0.5',
      '1e-3 0.75',
      '1 1',
    ]);
  });

  it('gives each of few values a band of its own', () => {
    const layers = paramAxis({ ...int, low: 1, high: 4 }, []);
    expect(layers.band).toBe(0.25);
    expect(layers.ticks).toEqual([1, 2, 3, 4].map(value => ({ at: value / 4 - 0.125, label: String(value) })));
    expect(ticksOf({ name: 'b', type: 'boolean', default: false })).toEqual(['false 0.25', 'true 0.75']);
    const choices: Param = { name: 'c', type: 'categorical', choices: ['a', [64, 32]], default: 'a' };
    expect(ticksOf(choices)).toEqual(['a 0.25', '[64,32] 0.75']);
    expect(paramAxis(choices, []).place([64, 32])).toBe(0.75);
  });

  it('has room for what an earlier space allowed', () => {
    expect(paramAxis(float, [10]).place(10)).toBe(1);
    expect(paramAxis(float, [10]).place(1)).toBeCloseTo(0.8, 12);
    expect(paramAxis(float, [0]).place(0.5)).toBe(0.5);
    expect(ticksOf({ name: 'c', type: 'categorical', choices: ['a'], default: 'a' }, ['old'])).toEqual([
      'a 0.25',
      'old 0.75',
    ]);
  });

  it('lays trials of one value side by side within its band', () => {
    const axis = paramAxis({ name: 'b', type: 'boolean', default: false }, []);
    const places = Array.from({ length: 100 }, (_, trial) => trialPlace(axis, true, trial)!).toSorted((a, b) => a - b);
    expect(places[0]).toBeGreaterThanOrEqual(0.6);
    expect(places.at(-1)).toBeLessThanOrEqual(0.9);
    const gaps = places.slice(1).map((place, index) => place - places[index]!);
    expect(Math.max(...gaps)).toBeLessThan((3 * 0.3) / 100);
    // 1 / golden ratio
    expect(evenShare(1)).toBeCloseTo((Math.sqrt(5) - 1) / 2, 12);
  });
});
