/** Random parameters and spaces for property tests. */
import * as fc from 'fast-check';
import type { ParamSpec } from '../../src/space/params.ts';
import { readSpace } from '../../src/space/read-space.ts';
import type { Json, Space } from '../../src/space/space.ts';

export const coordinate = fc.double({ min: 0, max: 1, noNaN: true });

const flag = fc.boolean();
/** Without denormal numbers, whose digits run out. */
const any = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map(value => (Math.abs(value) < 1e-200 ? 0 : value));
const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
const whole = fc.integer({ min: -100_000, max: 100_000 });
const natural = fc.integer({ min: 1, max: 100_000 });

function ordered<T extends number>(bound: fc.Arbitrary<T>): fc.Arbitrary<{ low: number; high: number }> {
  return fc.tuple(bound, bound).map(([a, b]) => ({ low: Math.min(a, b), high: Math.max(a, b) }));
}

/** Parameters as a file gives them. */
export const given: fc.Arbitrary<Json> = fc.oneof(
  ordered(any).map(bounds => ({ type: 'float', ...bounds })),
  ordered(positive).map(bounds => ({ type: 'float', ...bounds, log: true })),
  fc
    .tuple(any, fc.integer({ min: 0, max: 1000 }), fc.constantFrom(0.001, 0.1, 0.25, 1, 3.7))
    .map(([low, count, step]) => ({ type: 'float', low, high: low + count * step, step })),
  fc
    .tuple(positive, fc.integer({ min: 0, max: 30 }), fc.constantFrom(1.5, 2, 10))
    .map(([low, count, step]) => ({ type: 'float', low, high: low * step ** count, step, log: true })),
  fc.tuple(ordered(whole), fc.integer({ min: 1, max: 50 })).map(([bounds, step]) => ({ type: 'int', ...bounds, step })),
  fc
    .tuple(ordered(natural), fc.integer({ min: 1, max: 5 }))
    .map(([bounds, step]) => ({ type: 'int', ...bounds, step, log: true })),
  fc
    .uniqueArray(fc.jsonValue({ maxDepth: 2 }), {
      minLength: 1,
      maxLength: 8,
      comparator: 'IsStrictlyEqual',
      selector: key,
    })
    .map(choices => ({ type: 'categorical', choices: choices as Json[] })),
  flag.map(standard => ({ type: 'boolean', default: standard })),
);

/** -0 and 0 are one number in JSON. */
function key(value: unknown): string {
  return JSON.stringify(sortedKeys(value));
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => [name, sortedKeys(inner)]);
}

export const param: fc.Arbitrary<ParamSpec> = given.map(spec => spaceOf({ param: spec }).params[0]!);

/** Three parameters, then one that depends on a switch, and one that depends on that one. */
export const conditionalSpace: fc.Arbitrary<Space> = fc
  .tuple(given, given, given, given, given)
  .map(([a, b, c, d, e]) =>
    spaceOf({
      switch: { type: 'boolean' },
      a,
      b,
      kind: { type: 'categorical', choices: ['x', 'y', 'z'], when: { switch: [true] } },
      c,
      d: { ...(d as object), when: { switch: [true] } },
      e: { ...(e as object), when: { kind: ['x', 'z'], switch: [true] } },
    }),
  );

export function spaceOf(params: Readonly<Record<string, Json>>, constraints: readonly string[] = []): Space {
  const { space, findings } = readSpace(params, constraints);
  if (!space) throw new Error(JSON.stringify({ params, findings }));
  return space;
}
