import { deserialize, serialize } from 'node:v8';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { columnOf, readerOf, type Column } from '../../src/storage/columns.ts';

/** By way of bytes, as in a file. */
function restored(values: readonly unknown[]): readonly unknown[] {
  const read = readerOf(deserialize(serialize(columnOf(values))) as Column);
  return values.map((_, row) => read(row));
}

test('any values come back, to the order of their keys', () => {
  const value = fc.anything({
    key: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', '0', '1', 'a', 'b')),
    values: [fc.string(), fc.boolean(), fc.constant(null), fc.constant(undefined), fc.double(), fc.integer()],
    maxDepth: 3,
  });
  fc.assert(
    fc.property(fc.array(value, { maxLength: 12 }), values => {
      const found = restored(values);
      expect(found).toEqual(values);
      expect(JSON.stringify(found)).toBe(JSON.stringify(values));
    }),
    { numRuns: 300 },
  );
});

test('numbers stay what they are, to the sign of zero', () => {
  for (const values of [
    [1, 2, 3],
    [0, -0],
    [2 ** 31, -(2 ** 31)],
    [NaN, Infinity, -Infinity, 5e-324],
  ])
    expect(restored(values).every((value, row) => Object.is(value, values[row]))).toBe(true);
});

test('a name that is special makes no other object', () => {
  const [found] = restored([JSON.parse('{"__proto__":{"polluted":1}}')]) as [object];
  expect(Object.keys(found)).toEqual(['__proto__']);
  expect('polluted' in found).toBe(false);
});

test('values of hundreds of kinds come back', () => {
  const values = Array.from({ length: 600 }, (_, row) => ({ [`key ${row}`]: row }));
  expect(restored(values)).toEqual(values);
});
