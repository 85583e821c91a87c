import { describe, expect, test } from 'vitest';
import { activeParams } from '../../src/space/active-params.ts';
import { isFeasible } from '../../src/space/is-feasible.ts';
import { probes } from '../../src/space/probes.ts';
import type { Json } from '../../src/space/space.ts';
import { spaceOf } from './arbitrary.ts';

/** Every value that the probes give a parameter. */
function tried(params: Readonly<Record<string, Json>>, name: string, constraints: readonly string[] = []): unknown[] {
  const values = probes(spaceOf(params, constraints)).map(config => config[name]);
  return [...new Set(values)].filter(value => value !== undefined);
}

test('the defaults come first', () => {
  const space = spaceOf({ a: { type: 'int', low: 1, high: 9, default: 2 }, b: { type: 'boolean', default: true } });
  expect(probes(space)[0]).toEqual({ a: 2, b: true });
});

describe('each parameter has', () => {
  test('its bounds, and a value between them', () => {
    expect(tried({ a: { type: 'float', low: 0, high: 1 } }, 'a')).toEqual([0.5, 0, 1, 0.382]);
    expect(tried({ a: { type: 'int', low: 3, high: 3 } }, 'a')).toEqual([3]);
  });

  test('all its choices', () => {
    expect(tried({ a: { type: 'categorical', choices: [1, 'x', null] } }, 'a')).toEqual([1, 'x', null]);
    expect(tried({ a: { type: 'boolean' } }, 'a')).toEqual([false, true]);
  });

  test('two hundred of very many choices', () => {
    const choices = Array.from({ length: 1000 }, (_, index) => index);
    expect(tried({ a: { type: 'categorical', choices } }, 'a')).toHaveLength(200);
  });
});

describe('a parameter with conditions', () => {
  const chain = {
    a: { type: 'categorical', choices: ['x', 'y', 'z'] },
    b: { type: 'categorical', choices: [1, 2], when: { a: ['z'] } },
    c: { type: 'boolean', when: { b: [2] } },
  };

  test('is tried where it is active', () => {
    expect(tried(chain, 'c')).toEqual([false, true]);
  });

  test('is tried also where its conditions agree on only one value of a common parent', () => {
    const { a, b } = chain;
    for (const when of [
      { a: ['y', 'z'], b: [1] },
      { b: [1], a: ['y', 'z'] },
    ])
      expect(tried({ a, b, c: { type: 'boolean', when } }, 'c')).toEqual([false, true]);
  });
});

test('only configurations that satisfy the constraints are tried, each with exactly its active parameters', () => {
  const space = spaceOf(
    { a: { type: 'int', low: 1, high: 8, default: 2 }, b: { type: 'int', low: 1, high: 8, default: 2 }, on: { type: 'boolean' }, c: { type: 'boolean', when: { on: [true] } } },
    ['a * b <= 8'],
  ); // prettier-ignore
  const configs = probes(space);
  expect(configs.length).toBeGreaterThan(5);
  for (const config of configs) {
    expect(isFeasible(space, config)).toBe(true);
    expect(Object.keys(config)).toEqual(activeParams(space, config).map(({ name }) => name));
  }
  expect(configs.map(({ a }) => a)).not.toContain(8);
});
