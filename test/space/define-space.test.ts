import { describe, expect, expectTypeOf, test } from 'vitest';
import { TuneError } from '../../src/errors.ts';
import { defineSpace, type InferConfig } from '../../src/space/define-space.ts';
import { parseSpaceFile } from '../../src/space/parse.ts';
import type { Space } from '../../src/space/space.ts';
import { sections } from '../../src/tune/sections.ts';

describe('the type of configurations', () => {
  const space = defineSpace({
    rate: { type: 'float', low: 1e-5, high: 1, log: true },
    units: { type: 'int', low: 16, high: 256, step: 16 },
    optimizer: { type: 'categorical', choices: ['sgd', 'adam', 3, null], default: 'adam' },
    window: { type: 'categorical', choices: [[2, 3], { side: 4 }] },
    bias: { type: 'boolean' },
    momentum: { type: 'float', low: 0, high: 0.99, when: { optimizer: ['sgd'] } },
    nesterov: { type: 'boolean', when: { optimizer: ['sgd'] }, tune: 'search' },
    schedule: { type: 'categorical', choices: ['step', 'cosine'], when: { bias: [true] } },
  });
  type Config = InferConfig<typeof space>;

  test('has numbers, the union of the choices, and booleans', () => {
    expectTypeOf<Config['rate']>().toEqualTypeOf<number>();
    expectTypeOf<Config['units']>().toEqualTypeOf<number>();
    expectTypeOf<Config['optimizer']>().toEqualTypeOf<'sgd' | 'adam' | 3 | null>();
    expectTypeOf<Config['window']>().toEqualTypeOf<readonly [2, 3] | { readonly side: 4 }>();
    expectTypeOf<Config['bias']>().toEqualTypeOf<boolean>();
  });

  test('has what depends on a condition only perhaps', () => {
    expectTypeOf<Config['momentum']>().toEqualTypeOf<number | undefined>();
    expectTypeOf<Config['nesterov']>().toEqualTypeOf<boolean | undefined>();
    expectTypeOf<Config['schedule']>().toEqualTypeOf<'step' | 'cosine' | undefined>();
    expectTypeOf<{ rate: number }>().not.toExtend<Config>();
    type Required = Omit<Config, 'momentum' | 'nesterov' | 'schedule'>;
    expectTypeOf<Required>().toExtend<Config>();
  });

  test('has nothing else, and cannot be written to', () => {
    expectTypeOf<keyof Config>().toEqualTypeOf<
      'rate' | 'units' | 'optimizer' | 'window' | 'bias' | 'momentum' | 'nesterov' | 'schedule'
    >();
    // @ts-expect-error -- configurations are read-only
    const write = (config: Config): void => void (config.rate = 1);
    expect(write).toBeInstanceOf(Function);
  });

  test('a space from code is a space', () => {
    expectTypeOf(space).toExtend<Space>();
    expect(space.params.map(({ name }) => name)).toEqual([
      'rate',
      'units',
      'optimizer',
      'window',
      'bias',
      'momentum',
      'nesterov',
      'schedule',
    ]);
  });

  test('wrong parameters do not compile, and do not run either', () => {
    // @ts-expect-error -- there is no such type
    expect(() => defineSpace({ a: { type: 'flaot', low: 0, high: 1 } })).toThrow('unknown type "flaot"');
    // @ts-expect-error -- low is missing
    expect(() => defineSpace({ a: { type: 'int', high: 1 } })).toThrow('"low" is missing');
    // @ts-expect-error -- choices are missing
    expect(() => defineSpace({ a: { type: 'categorical' } })).toThrow('"choices" is missing');
    // TypeScript lets unknown keys pass here.
    expect(() => defineSpace({ a: { type: 'boolean', low: 0 } })).toThrow('unknown key "low"');
  });
});

test('is the same as in a file', () => {
  const params = {
    rate: { type: 'float', low: 0.1, high: 1 },
    kind: { type: 'categorical', choices: ['a', 'b'] },
  } as const;
  const file = parseSpaceFile({ name: 'x', space: params, constraints: ['rate < 2'] }, sections);
  expect(defineSpace(params, { constraints: ['rate < 2'] })).toEqual(file.space);
});

test('leaves its input as it was', () => {
  const params = { kind: { type: 'categorical', choices: ['a', ['b']] } } as const;
  const before = structuredClone(params);
  defineSpace(params);
  expect(params).toEqual(before);
});

test('errors name the path of everything that is wrong', () => {
  const define = (): unknown =>
    defineSpace(
      {
        rate: { type: 'float', low: 1, high: 0 },
        kind: { type: 'categorical', choices: ['a', 'a'] },
        momentum: { type: 'float', low: 0, high: 1, when: { kindd: ['a'] } },
      },
      { constraints: ['rate < 1', 'speed < 1'] },
    );
  const mistakes = [
    'space.rate.low: the lower bound 1 is above the upper one, 0',
    'space.kind.choices.1: "a" appears twice',
    'space.momentum.when.kindd: unknown parameter "kindd"',
    'constraints.1: unknown parameter "speed"',
  ];
  expect(define).toThrow(TuneError);
  expect(define).toThrow(
    expect.objectContaining({
      code: 'SPACE_INVALID',
      problems: mistakes.map(message => expect.objectContaining({ message }) as object),
    }),
  );
});
