/** The smallest parts of two JSON values that differ. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { differencesOf } from '../../src/report/differences.ts';
import { canonical } from '../../src/space/json.ts';
import type { Json } from '../../src/space/space.ts';

test.each<[Json | undefined, Json | undefined, unknown[]]>([
  [1, 1, []],
  [1, '1', [{ path: [], a: 1, b: '1' }]],
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, []],
  [{ a: { b: 1 } }, { a: { b: 2 } }, [{ path: ['a', 'b'], a: 1, b: 2 }]],
  [{ a: null }, {}, [{ path: ['a'], a: null }]],
  [{}, { a: { b: 1 } }, [{ path: ['a'], b: { b: 1 } }]],
  [[1, { a: 1 }], [1, { a: 2 }], [{ path: [1, 'a'], a: 1, b: 2 }]],
  [[1, 2], [1], [{ path: [], a: [1, 2], b: [1] }]],
  [{ toString: 1 }, {}, [{ path: ['toString'], a: 1 }]],
])('%j and %j', (a, b, expected) => {
  expect(differencesOf(a, b)).toEqual(expected);
});

test('there are none exactly where the values are equal', () => {
  const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
  fc.assert(
    fc.property(json, json, (a, b) => {
      expect(differencesOf(a, a)).toEqual([]);
      expect(differencesOf(a, b).length === 0).toBe(canonical(a) === canonical(b));
    }),
  );
});
