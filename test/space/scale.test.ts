import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FloatParam, IntParam, ParamSpec } from '../../src/space/params.ts';
import { countValues, fromUnit, isLegal, shareAt, toUnit } from '../../src/space/scale.ts';
import { coordinate, param, spaceOf } from './arbitrary.ts';

function float(low: number, high: number, more: Partial<FloatParam> = {}): FloatParam {
  return { type: 'float', low, high, log: false, step: null, default: low, ...more };
}

function int(low: number, high: number, more: Partial<IntParam> = {}): IntParam {
  return { type: 'int', low, high, log: false, step: 1, default: low, ...more };
}

const optimizer: ParamSpec = { type: 'categorical', choices: ['sgd', { adam: { beta: 1 } }, null], default: 'sgd' };

/** All values of a parameter that has few, found by walking through its interval. */
function valuesOf(spec: ParamSpec): unknown[] {
  const points = Array.from({ length: 10_001 }, (_, index) => index / 10_000);
  return [...new Set(points.map(point => fromUnit(spec, point)))];
}

describe('for any parameter', () => {
  test('every coordinate gives a legal value', () => {
    fc.assert(fc.property(param, fc.double(), (spec, point) => isLegal(spec, fromUnit(spec, point))));
  });

  test('a value survives the way to its coordinate and back', () => {
    fc.assert(
      fc.property(param, coordinate, (spec, point) => {
        const value = fromUnit(spec, point);
        expect(fromUnit(spec, toUnit(spec, value))).toStrictEqual(value);
      }),
      { numRuns: 2000 },
    );
  });

  test('the share of a value is where coordinates have it', () => {
    fc.assert(
      fc.property(param, coordinate, coordinate, (spec, point, other) => {
        const share = shareAt(spec, point);
        expect(share === undefined).toBe(spec.type === 'float' && spec.step === null);
        if (!share) return;
        const [from, to] = share;
        expect(toUnit(spec, fromUnit(spec, point))).toBeGreaterThan(from);
        expect(toUnit(spec, fromUnit(spec, point))).toBeLessThan(to);
        // At the borders themselves rounding decides.
        const margin = (to - from) * 1e-3;
        const isInside = other > from && other < to;
        fc.pre(Math.min(Math.abs(other - from), Math.abs(other - to)) > margin);
        expect(fromUnit(spec, other) === fromUnit(spec, point)).toBe(isInside);
      }),
      { numRuns: 2000 },
    );
  });

  test('coordinates lie between 0 and 1', () => {
    fc.assert(
      fc.property(param, coordinate, (spec, point) => {
        const unit = toUnit(spec, fromUnit(spec, point));
        expect(unit).toBeGreaterThanOrEqual(0);
        expect(unit).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('numbers grow with their coordinate', () => {
    const numeric = param.filter(({ type }) => type === 'float' || type === 'int');
    fc.assert(
      fc.property(numeric, coordinate, coordinate, (spec, a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map(point => fromUnit(spec, point) as number);
        expect(low!).toBeLessThanOrEqual(high!);
      }),
    );
  });

  test('the ends of the interval are the ends of the range', () => {
    const whole = param.filter(spec => spec.type === 'int');
    fc.assert(
      fc.property(whole, spec => {
        expect([fromUnit(spec, 0), fromUnit(spec, 1)]).toEqual([spec.low, spec.high]);
      }),
    );
  });
});

test.each<[string, number, unknown]>([
  ['below', -3, 0],
  ['above', 7, 1],
  ['minus infinity', -Infinity, 0],
  ['infinity', Infinity, 1],
  ['no number', Number.NaN, 0],
])('a coordinate that is %s is clamped', (_, point, value) => {
  expect(fromUnit(float(0, 1), point)).toBe(value);
});

describe('values', () => {
  test('a grid holds every step that does not pass the upper bound', () => {
    expect(valuesOf(float(0, 0.3, { step: 0.1 }))).toEqual([0, 0.1, 0.2, 0.3]);
    expect(valuesOf(float(0, 0.35, { step: 0.1 }))).toEqual([0, 0.1, 0.2, 0.3]);
    expect(valuesOf(int(16, 64, { step: 16 }))).toEqual([16, 32, 48, 64]);
  });

  test('a grid that passes zero has zero', () => {
    expect(valuesOf(float(-0.3, 0.3, { step: 0.1 }))).toEqual([-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3]);
  });

  test('a grid far from 0 keeps its last value, though its bounds lose digits to the rounding', () => {
    const single = spaceOf({ p: { type: 'float', low: -10742.52350613855, high: -10742.52350613855, step: 0.001 } });
    const [spec] = single.params;
    expect(countValues(spec!)).toBe(1);
    expect(isLegal(spec!, fromUnit(spec!, 0))).toBe(true);
    const several = spaceOf({ p: { type: 'float', low: -10742.52350613855, high: -10742.52050613855, step: 0.001 } });
    expect(countValues(several.params[0]!)).toBe(4);
  });

  test('a step on the log scale multiplies, as in KerasTuner', () => {
    expect(valuesOf(int(2, 32, { log: true, step: 2 }))).toEqual([2, 4, 8, 16, 32]);
    expect(valuesOf(float(1e-4, 1, { log: true, step: 10 }))).toEqual([1e-4, 1e-3, 1e-2, 1e-1, 1]);
    expect(valuesOf(int(3, 100, { log: true, step: 3 }))).toEqual([3, 9, 27, 81]);
  });

  test('the widest log grid has as many values as its exponents say', () => {
    expect(countValues(float(1e-300, 1e300, { log: true, step: 10 }))).toBe(601);
  });

  test('values from a list share the interval equally', () => {
    expect([0, 0.33, 0.34, 0.66, 0.67, 1].map(point => fromUnit(optimizer, point))).toEqual(
      [0, 0, 1, 1, 2, 2].map(index => optimizer.choices[index]),
    );
    expect([0, 0.49, 0.5, 1].map(point => fromUnit({ type: 'boolean', default: false }, point))).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  test('continuous values have no noise of binary fractions', () => {
    expect(fromUnit(float(0, 1), 0.1 + 0.2)).toBe(0.3);
    expect(fromUnit(float(1e-5, 1e-1, { log: true }), 0.5)).toBe(1e-3);
  });
});

describe('spread of whole numbers', () => {
  /** The share of the interval in which a parameter has a value, measured on a fine grid. */
  function shares(spec: IntParam): Map<number, number> {
    const points = 400_000;
    const counts = new Map<number, number>();
    for (let index = 0; index < points; index++) {
      const value = fromUnit(spec, (index + 0.5) / points) as number;
      counts.set(value, (counts.get(value) ?? 0) + 1 / points);
    }
    return counts;
  }

  test.each([
    [1, 8],
    [3, 5],
    [16, 64],
  ])('from %i to %i on the log scale is that of Optuna: log-uniform over [low - 0.5, high + 0.5]', (low, high) => {
    const measured = shares(int(low, high, { log: true }));
    const whole = Math.log(high + 0.5) - Math.log(low - 0.5);
    for (let value = low; value <= high; value++) {
      const expected = (Math.log(value + 0.5) - Math.log(value - 0.5)) / whole;
      expect(measured.get(value)).toBeCloseTo(expected, 4);
    }
    expect(measured.size).toBe(high - low + 1);
  });

  test('without the log scale is even', () => {
    for (const share of shares(int(1, 5)).values()) expect(share).toBeCloseTo(0.2, 4);
  });
});

describe('legality', () => {
  test.each<[ParamSpec, readonly unknown[], readonly unknown[]]>([
    [float(0, 1), [0, 0.5, 1], [-0.1, 1.1, '0.5', null, true]],
    [float(0, 1, { step: 0.25 }), [0, 0.25, 1], [0.3, 1.25]],
    [int(1, 8), [1, 8], [0, 9, 1.5, '1']],
    [int(1, 8, { log: true }), [1, 5, 8], [0, 9, 1.5]],
    [int(2, 32, { log: true, step: 2 }), [2, 16, 32], [6, 64, 1]],
    [optimizer, ['sgd', null, { adam: { beta: 1 } }], ['adam', { adam: { beta: 2 } }, {}]],
    [{ type: 'boolean', default: false }, [true, false], [0, 'true', null]],
  ])('%j', (spec, legal, illegal) => {
    expect(legal.map(value => isLegal(spec, value as never))).not.toContain(false);
    expect(illegal.map(value => isLegal(spec, value as never))).not.toContain(true);
  });

  test('the order of keys makes no other choice', () => {
    const spec: ParamSpec = { type: 'categorical', choices: [1, { a: 1, b: 2 }], default: 1 };
    expect(isLegal(spec, { b: 2, a: 1 })).toBe(true);
    expect(toUnit(spec, { b: 2, a: 1 })).toBe(0.75);
  });
});

test.each<[ParamSpec, number]>([
  [float(0, 1), Infinity],
  [float(0, 1, { step: 0.25 }), 5],
  [int(1, 8), 8],
  [int(1, 8, { log: true }), 8],
  [int(2, 32, { log: true, step: 2 }), 5],
  [optimizer, 3],
  [{ type: 'boolean', default: true }, 2],
])('%j has %d values', (spec, count) => {
  expect(countValues(spec)).toBe(count);
});
