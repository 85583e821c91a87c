/** zod's issues in plain words. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { check } from '../../src/space/issues.ts';
import type { Json } from '../../src/space/space.ts';
import { chooseOne, type Technique } from '../../src/space/technique.ts';

/** "path: message; expectation; hint" of each finding. */
function told(schema: z.ZodType, value: Json, name?: string): string[] {
  return check(schema, value, name).findings.map(({ path, at, message, expected, hint }) =>
    [`${path.join('/')}${at ? '*' : ''}: ${message}`, expected, hint].filter(part => part !== undefined).join('; '),
  );
}

/** What is said about one wrong value of the key "k". */
function about(schema: z.ZodType, value: Json): string[] {
  return told(z.strictObject({ k: schema }), { k: value }).map(text => text.replace(/^k: "k" is /, ''));
}

test('what fits has no findings, and comes with its defaults', () => {
  expect(check(z.object({ a: z.int().default(3) }), {})).toEqual({ data: { a: 3 }, findings: [] });
});

describe('a wrong value', () => {
  test.each<[z.ZodType, Json, string]>([
    [z.number(), 'x', '"x"; a number'],
    [z.number(), null, 'null; a number'],
    [z.number().min(0).max(1), 2, '2; a number from 0 to 1'],
    [z.number().positive(), 0, '0; a number above 0'],
    [z.number().positive().max(1), 0, '0; a number above 0, up to 1'],
    [z.number().min(0).lt(1), 1, '1; a number from 0 to below 1'],
    [z.number().gt(0).lt(1), 1, '1; a number above 0 and below 1'],
    [z.number().max(3), 4, '4; a number of at most 3'],
    [z.number().lt(3), 4, '4; a number below 3'],
    [z.int(), 1.5, '1.5; a whole number'],
    [z.int().min(1), 0, '0; a whole number of at least 1'],
    [z.boolean(), 'yes', '"yes"; true or false'],
    [z.string(), 5, '5; text in double quotes'],
    [z.string().min(1), '', '""; text that is not empty'],
    [z.string().length(1), 'ab', '"ab"; one character'],
    [z.enum(['a', 'bcd']), 'x', '"x"; "a" or "bcd"'],
    [z.enum(['minimize', 'maximize']), 'minimise', '"minimise"; did you mean "minimize"?'],
    [z.array(z.int()), 'x', '"x"; a list, each element a whole number'],
    [z.array(z.int()).min(1), [], 'an empty list; a list of at least 1 value'],
    [z.array(z.int()).max(2), [1, 2, 3], 'a list of 3 values; a list of at most 2 values'],
    [z.tuple([z.int(), z.int()]), [1], 'a list of 1 value; a list of 2 values'],
    [z.strictObject({ a: z.int(), b: z.int() }), 'x', '"x"; an object with any of "a" or "b"'],
    [z.strictObject({}), [1], 'a list of 1 value; an object'],
    [z.record(z.string(), z.int()), 5, '5; an object'],
    [z.null(), 5, '5; null'],
    [z.union([z.literal(false), z.strictObject({ n: z.int() })]), true, 'true; false, or an object with "n"'],
    [
      z.union([z.int().max(9), z.tuple([z.int(), z.int()])]),
      'x',
      '"x"; a whole number of at most 9, or a list of 2 values',
    ],
    [z.union([z.int().max(9), z.tuple([z.int(), z.int()])]), 10, '10; a whole number of at most 9'],
    [z.union([z.literal(1), z.literal(2)]), 3, '3; 1, or 2'],
  ])('%# %j', (schema, value, expected) => {
    expect(about(schema, value)).toEqual([expected]);
  });

  test('is cut short when it is long', () => {
    expect(about(z.int(), 'x'.repeat(100))[0]).toMatch(/^"x{46}…; a whole number$/);
  });

  test('is named by its place in a list, and by the name that is given for the whole', () => {
    expect(told(z.array(z.int()), [1, 'x'])).toEqual(['1: element 2 is "x"; a whole number']);
    expect(told(z.strictObject({}), 5)).toEqual([': this is 5; an object']);
    expect(told(z.strictObject({}), 5, 'model')).toEqual([': "model" is 5; an object']);
  });

  test('that a transform refuses is told in its words', () => {
    const duration = z
      .string()
      .transform((text, context) => {
        context.addIssue({ code: 'custom', message: `no time: ${text}`, params: { expected: 'such as 10m' } });
        return z.NEVER;
      })
      .meta({ title: 'a time' });
    expect(about(duration, 'x')).toEqual(['k: no time: x; such as 10m']);
    expect(about(duration, 5)).toEqual(['5; a time']);
    expect(about(duration.optional(), 5)).toEqual(['5; a time']);
  });

  test('inside an alternative that fits on the outside is told from there', () => {
    const schema = z.union([z.boolean(), z.strictObject({ n: z.int(), mean: z.int().optional() })]);
    expect(about(schema, { n: 'x' })).toEqual(['k/n: "n" is "x"; a whole number']);
    expect(about(schema, { n: 1, maen: 2 })).toEqual(['k/maen*: unknown key "maen"; did you mean "mean"?']);
    expect(about(z.union([z.int(), z.tuple([z.int(), z.int()])]), [1, 0.5])).toEqual([
      'k/1: element 2 is 0.5; a whole number',
    ]);
  });
});

describe('keys', () => {
  const schema = z.strictObject({
    units: z.int(),
    rate: z.number().optional(),
    inner: z.strictObject({ x: z.int() }).optional(),
  });

  test('that are missing', () => {
    expect(told(schema, { inner: {} })).toEqual(['units: "units" is missing; a whole number', 'inner/x: "x" is missing; a whole number']); // prettier-ignore
  });

  test('that are unknown have the nearest known one as advice, else all', () => {
    expect(told(schema, { units: 1, ratte: 1 })).toEqual(['ratte*: unknown key "ratte"; did you mean "rate"?']);
    expect(told(schema, { units: 1, z: 1 })).toEqual(['z*: unknown key "z"; "units", "rate" or "inner"']);
    expect(told(z.strictObject({}), { z: 1 })).toEqual(['z*: unknown key "z"; no keys']);
  });

  test('that are mistyped make the right one not missing', () => {
    expect(told(schema, { unit: 1 })).toEqual(['unit*: unknown key "unit"; did you mean "units"?']);
    expect(told(schema, { colour: 1 })).toEqual([
      'units: "units" is missing; a whole number',
      'colour*: unknown key "colour"; "units", "rate" or "inner"',
    ]);
  });

  test('that are there already are not what another one was meant to be', () => {
    expect(told(schema, { units: 1, unit: 1 })).toEqual(['unit*: unknown key "unit"; "units", "rate" or "inner"']);
  });

  test('that are mistyped explain why the whole makes no sense', () => {
    const one = z
      .strictObject({ csv: z.string().optional(), npy: z.string().optional() })
      .refine(value => Object.keys(value).length === 1, { message: 'needs one', params: { expected: 'csv or npy' } });
    expect(told(one, { cvs: 'x' })).toEqual(['cvs*: unknown key "cvs"; did you mean "csv"?']);
    expect(told(one, {})).toEqual([': needs one; csv or npy']);
  });
});

describe('techniques', () => {
  const techniques: Record<string, Technique> = {
    dense: { name: 'dense', summary: '', knobs: z.strictObject({ units: z.int().min(1), bias: z.boolean().default(true) }), shorthand: 'units' }, // prettier-ignore
    flatten: { name: 'flatten', summary: '', knobs: z.strictObject({}) },
    stack: { name: 'stack', summary: '', knobs: z.strictObject({ layers: z.lazy(() => z.array(layer)) }) },
  };
  const layer: z.ZodType = chooseOne('layer', () => techniques);

  test.each<[Json, string[]]>([
    ['dens', ['k: unknown layer "dens"; did you mean "dense"?']],
    ['conv', ['k: unknown layer "conv"; "dense", "flatten" or "stack"']],
    [{ dens: 3 }, ['k/dens*: unknown layer "dens"; did you mean "dense"?']],
    [{ dens: 'dens' }, ['k/dens*: unknown layer "dens"; did you mean "dense"?']],
    [5, ['k: this layer needs one name, or { name: options }; "dense", "flatten" or "stack"']],
    [{}, ['k: this layer needs one name, or { name: options }; "dense", "flatten" or "stack"']],
    [{ dense: 1, flatten: {} }, ['k: this layer needs one name, or { name: options }; "dense", "flatten" or "stack"']],
    ['dense', ['k/dense/units: "units" is missing; a whole number of at least 1']],
    [{ dense: 0 }, ['k/dense: "dense" is 0; a whole number of at least 1']],
    [{ dense: { units: 'x', bais: true } }, ['k/dense/units: "units" is "x"; a whole number of at least 1', 'k/dense/bais*: unknown key "bais"; did you mean "bias"?']], // prettier-ignore
    [{ flatten: 1 }, ['k/flatten: "flatten" is 1; an object']],
    [{ stack: { layers: [{ stack: { layers: ['flaten'] } }] } }, ['k/stack/layers/0/stack/layers/0: unknown layer "flaten"; did you mean "flatten"?']], // prettier-ignore
  ])('%j', (value, expected) => {
    expect(about(layer, value)).toEqual(expected);
  });

  test('with a default or a description are described all the same', () => {
    const wrapped = layer.prefault('flatten').describe('a layer');
    expect(about(wrapped, { dense: { unit: 3 } })).toEqual([
      'k/dense/unit*: unknown key "unit"; did you mean "units"?',
    ]);
  });

  test('that are missing', () => {
    expect(told(z.strictObject({ k: layer }), {})).toEqual([
      'k: "k" is missing; "dense", "flatten" or "stack", or an object with any of "dense", "flatten" or "stack"',
    ]);
  });
});
