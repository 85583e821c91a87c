/** Parameters in our own form: what they mean, and what is wrong with them. */
import { describe, expect, test } from 'vitest';
import { readSpace } from '../../src/space/read-space.ts';
import type { Json } from '../../src/space/space.ts';
import { spaceOf } from './arbitrary.ts';

/** "path: message; expectation or hint" of each mistake in one parameter named p. */
function mistakesIn(given: Json): string[] {
  return readSpace({ p: given }, []).findings.map(({ path, at, message, expected, hint }) => {
    const place = `${path.slice(2).join('/')}${at ? '*' : ''}`;
    return `${place}: ${message}; ${expected ?? hint}`;
  });
}

function defaultOf(given: Json): Json {
  return spaceOf({ p: given }).params[0]!.default;
}

describe('the default', () => {
  test.each<[Json, Json]>([
    [{ type: 'float', low: 0, high: 1 }, 0.5],
    [{ type: 'float', low: 1e-4, high: 1, log: true }, 0.01],
    [{ type: 'float', low: 0, high: 1, step: 0.25 }, 0.5],
    [{ type: 'int', low: 1, high: 9 }, 5],
    [{ type: 'int', low: 1, high: 128, log: true }, 8],
    [{ type: 'int', low: 2, high: 32, log: true, step: 2 }, 8],
    [{ type: 'categorical', choices: ['b', 'a'] }, 'b'],
    [{ type: 'boolean' }, false],
  ])('of %j is the middle of its scale, or the first', (given, expected) => {
    expect(defaultOf(given)).toEqual(expected);
  });

  test.each<[Json, Json]>([
    [{ type: 'float', low: 0, high: 1, default: 0 }, 0],
    [{ type: 'float', low: -0.3, high: 0.3, step: 0.1, default: 0 }, 0],
    [{ type: 'float', low: 0, high: 0.3, step: 0.1, default: 0.3 }, 0.3],
    [{ type: 'int', low: 2, high: 32, log: true, step: 2, default: 16 }, 16],
    [{ type: 'categorical', choices: ['a', null, { x: 1, y: 2 }], default: null }, null],
    [
      { type: 'categorical', choices: ['a', null, { x: 1, y: 2 }], default: { y: 2, x: 1 } },
      { x: 1, y: 2 },
    ],
    [{ type: 'boolean', default: true }, true],
  ])('of %j is the given one', (given, expected) => {
    expect(defaultOf(given)).toEqual(expected);
  });
});

test('with a step the upper bound is the last value that the steps reach, as in Optuna', () => {
  const { params } = spaceOf({
    a: { type: 'int', low: 0, high: 10, step: 4 },
    b: { type: 'float', low: 0, high: 1, step: 0.3 },
    c: { type: 'int', low: 3, high: 100, log: true, step: 3 },
    d: { type: 'int', low: 3, high: 5, step: 10 },
  });
  expect(params.map(param => ('high' in param ? param.high : undefined))).toEqual([8, 0.9, 81, 3]);
});

describe('mistakes', () => {
  test.each<[Json, string[]]>([
    [5, [': this is 5; a parameter such as { "type": "float", "low": 0, "high": 1 }']],
    [{ low: 0 }, ['*: "type" is missing; a parameter such as { "type": "float", "low": 0, "high": 1 }']],
    [{ type: 'flaot', low: 0 }, ['type: unknown type "flaot"; did you mean "float"?']],
    [{ type: 'toString' }, ['type: unknown type "toString"; "float", "int", "categorical" or "boolean"']],
    [{ type: 'float', low: 2, high: 1 }, ['low: the lower bound 2 is above the upper one, 1; at most 1']],
    [{ type: 'float', low: 0, high: 1, log: true }, ['low: 0 is not on the log scale; a number above 0, such as 1e-5']],
    [{ type: 'int', low: -2, high: 1, log: true }, ['low: -2 is not on the log scale; a number above 0, such as 1']],
    [{ type: 'float', low: -1e308, high: 1e308 }, ['high: the range is too large; a range up to 1.8e308']],
    [{ type: 'float', low: 1, high: 2, log: true, step: 1 }, ['step: steps by 1 lead nowhere; a factor above 1: on the log scale, values are low * step^k']], // prettier-ignore
    [{ type: 'float', low: 0, high: 1, step: 1e-13 }, ['step: too many values from 0 to 1; at most 1e12 values']],
    [{ type: 'int', low: 0, high: 9e15 }, ['high: too many values from 0 to 9000000000000000; at most 1e12 values']],
    [{ type: 'int', low: 0, high: 1, default: 2 }, ['default: "default" is 2; a whole number from 0 to 1']],
    [{ type: 'int', low: 0, high: 8, step: 4, default: 2 }, ['default: "default" is 2; a whole number from 0 to 8 in steps of 4']], // prettier-ignore
    [{ type: 'int', low: 2, high: 8, step: 2, log: true, default: 6 }, ['default: "default" is 6; a whole number from 2 to 8: 2 * 2^k']], // prettier-ignore
    [{ type: 'categorical', choices: [1, 2], default: 3 }, ['default: "default" is 3; 1 or 2']],
    [{ type: 'categorical', choices: [1, 2, 1, 1] }, ['choices/2: 1 appears twice; each choice once', 'choices/3: 1 appears twice; each choice once']], // prettier-ignore
    [{ type: 'boolean', when: null }, ['when: "when" is null; an object such as { "optimizer": ["sgd"] }']],
    [{ type: 'boolean', tune: 'grad' }, ['tune: "tune" is "grad"; did you mean "gradient"?']],
    [
      { _type: 'uniform', _value: [0, 1], when: '' },
      ['when: "when" is ""; an object such as { "optimizer": ["sgd"] }'],
    ],
  ])('%j', (given, expected) => {
    expect(mistakesIn(given)).toEqual(expected);
  });

  test.each(['a b', '1a', '$a', '', 'a..b', '.a', 'a.', 'a.__proto__', 'constructor', '-a', 'a\n'])(
    '%j is no name',
    name => {
      const { findings } = readSpace({ [name]: { type: 'boolean' } }, []);
      expect(findings).toMatchObject([{ path: ['space', name], at: 'key', message: expect.stringContaining('cannot have the name') }]); // prettier-ignore
    },
  );

  test.each(['a', '_a', 'a-b.c_1', 'größe', 'x2'])('%j is a name', name => {
    expect(spaceOf({ [name]: { type: 'boolean' } }).params[0]!.name).toBe(name);
  });

  test('two parameters of one name', () => {
    const given = { 'a.b': { type: 'boolean' }, a: { parameters: { b: { values: [1] } } } };
    expect(readSpace(given, []).findings).toMatchObject([
      { path: ['space', 'a'], at: 'key', message: 'two parameters have the name "a.b"' },
    ]);
  });
});

describe('conditions', () => {
  const on: Json = { type: 'boolean' };
  const when = (parents: Record<string, Json>): Json => ({ type: 'boolean', when: parents as Json });

  test('put parents before what depends on them, and leave the rest in order', () => {
    const given = { d: when({ c: [true] }), a: on, c: when({ b: [true] }), b: on, e: on };
    expect(spaceOf(given).params.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('name parameters that there are, and values that they can have', () => {
    const given = { a: on, x: when({ A: [true], a: [true, 1] }) };
    expect(readSpace(given, []).findings).toMatchObject([
      { path: ['space', 'x', 'when', 'A'], at: 'key', message: 'unknown parameter "A"', hint: 'did you mean "a"?' },
      { path: ['space', 'x', 'when', 'a', 1], message: '"a" is never 1', expected: 'true or false' },
    ]);
  });

  test('may not form circles; each is told once, without what only depends on it', () => {
    const given = {
      a: when({ b: [true] }),
      b: when({ c: [true] }),
      c: when({ a: [true], d: [true] }),
      d: when({ d: [true] }),
      e: when({ a: [true] }),
    };
    expect(readSpace(given, []).findings.map(({ path, message }) => `${path.join('/')}: ${message}`)).toEqual([
      'space/a/when/b: "a" depends on itself through "b" and "c"',
      'space/d/when/d: "d" depends on itself',
    ]);
  });

  test('on a parameter with mistakes make no further mistakes', () => {
    const { findings, sound } = readSpace({ a: { type: 'int', low: 2, high: 1 }, b: when({ a: [5] }), c: on }, []);
    expect(findings).toHaveLength(1);
    expect(sound.params.map(({ name }) => name)).toEqual(['c']);
  });

  test('ten thousand of them in a row are no problem', () => {
    const chain = Array.from({ length: 2000 }, (_, index) => [
      `p${index}`,
      index === 0 ? on : when({ [`p${index - 1}`]: [true] }),
    ]);
    expect(spaceOf(Object.fromEntries(chain)).params).toHaveLength(2000);
  });
});

test('every mistake of every parameter is found at once', () => {
  const { findings, space, names } = readSpace(
    { a: { type: 'int', low: 2, high: 1 }, 'b c': { type: 'floot' }, d: { values: [] }, e: { _type: 'normal' }, f: 5 },
    ['a <', 'd == g'],
  );
  expect(space).toBeUndefined();
  expect(findings).toHaveLength(8);
  expect(names).toEqual(['a', 'b c', 'd', 'e', 'f']);
});
