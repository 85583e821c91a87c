/** The language of constraints: what it means, and what it refuses. */
import { describe, expect, test } from 'vitest';
import { isFeasible } from '../../src/space/is-feasible.ts';
import { namesIn, parseExpression } from '../../src/space/expression.ts';
import { readSpace } from '../../src/space/read-space.ts';
import type { Config, Json, Space } from '../../src/space/space.ts';

const params: Readonly<Record<string, Json>> = {
  units: { type: 'int', low: 1, high: 1024 },
  layers: { type: 'int', low: 1, high: 8 },
  rate: { type: 'float', low: -1, high: 1 },
  optimizer: { type: 'categorical', choices: ['sgd', 'adam'] },
  'sgd.momentum': { type: 'float', low: 0, high: 1, when: { optimizer: ['sgd'] } },
  bias: { type: 'boolean' },
  mixed: { type: 'categorical', choices: ['auto', 16, true] },
  window: { type: 'categorical', choices: [2, 3] },
};
const { params: known } = readSpace(params, []).space!;
const config = { units: 64, layers: 3, rate: -0.5, optimizer: 'adam', bias: true, mixed: 16, window: 3 };

function holds(constraint: string, values: Config = config): boolean {
  const space: Space = { params: known, constraints: [constraint] };
  expect(mistakesIn(constraint)).toEqual([]);
  return isFeasible(space, values);
}

/** Where each mistake is, and what it is; those of defaults aside. */
function mistakesIn(constraint: string): string[] {
  return readSpace(params, [constraint]).findings.flatMap(({ within, message }) =>
    within ? [`${within.start}+${within.length} ${message}`] : [],
  );
}

describe('values', () => {
  test.each<[string, boolean]>([
    ['units <= 64', true],
    ['units < 64', false],
    ['units >= 64', true],
    ['units > 64', false],
    ['units == 64', true],
    ['units != 64', false],
    ['units * layers == 192', true],
    ['units / 128 == .5', true],
    ['units % 10 == 4', true],
    ['layers ** 2 == 9', true],
    ['units - layers == 61', true],
    ['rate == -0.5', true],
    ['-rate == 0.5', true],
    ['+rate < 0', true],
    ['1e2 > units', true],
    ['optimizer == "adam"', true],
    ["optimizer != 'adam'", false],
    ['bias', true],
    ['!bias', false],
    ['bias == true', true],
    ['bias != (units > 100)', true],
    ['mixed == 16', true],
    ['mixed == "auto"', false],
    ['mixed == true', false],
    ['window == 3', true],
    ['min(units, layers, 100) == 3', true],
    ['max(units, layers) == 64', true],
    ['abs(rate) == 0.5', true],
    ['floor(rate) == -1', true],
    ['ceil(rate) >= 0', true],
    ['round(2.5) == 3', true],
    ['sqrt(units) == 8', true],
    ['log(exp(2)) == 2', true],
    ['log2(units) == 6', true],
    ['log10(1000) == 3', true],
    ['pow(layers, 4) == 81', true],
  ])('%s is %s', (constraint, expected) => {
    expect(holds(constraint)).toBe(expected);
  });
});

describe('precedence', () => {
  test.each<[string, boolean]>([
    ['1 + 2 * 3 == 7', true],
    ['(1 + 2) * 3 == 9', true],
    ['10 - 3 - 2 == 5', true],
    ['100 / 10 / 2 == 5', true],
    ['2 ** 3 ** 2 == 512', true],
    ['2 * 3 ** 2 == 18', true],
    ['-(2 ** 2) == 0 - 4', true],
    ['(-2) ** 2 == 4', true],
    ['2 ** -1 == 0.5', true],
    ['1 + 1 < 3 == true', true],
    ['true || false && false', true],
    ['(true || false) && false', false],
    ['!false && false', false],
    ['!(false && false)', true],
    ['1 < 2 && 3 < 2 || 5 == 5', true],
    ['((((units)))) == 64', true],
  ])('%s is %s', (constraint, expected) => {
    expect(holds(constraint)).toBe(expected);
  });
});

describe('conditions', () => {
  test('a constraint that names an inactive parameter holds', () => {
    expect(holds('sgd.momentum > 2')).toBe(true);
    expect(holds('sgd.momentum > 2', { ...config, optimizer: 'sgd', 'sgd.momentum': 0.5 })).toBe(false);
  });

  test('every constraint has to hold', () => {
    const space: Space = { params: known, constraints: ['units <= 64', 'layers <= 2'] };
    expect(isFeasible(space, { ...config, layers: 2 })).toBe(true);
    expect(isFeasible(space, { ...config, layers: 3 })).toBe(false);
  });

  test('without constraints everything goes', () => {
    expect(isFeasible({ params: known, constraints: [] }, config)).toBe(true);
  });
});

test('names are found everywhere in an expression, dots and all', () => {
  expect(namesIn(parseExpression('!(a.b < 3) && max(c, -d, 2) == e * (f + 1)'))).toEqual(['a.b', 'c', 'd', 'e', 'f']);
});

describe('mistakes point at their part of the text', () => {
  test.each([
    ['units <=', '8+1 cannot read the constraint: expected expression after <='],
    ['', '0+1 the constraint is empty'],
    [' ; ', '0+1 the constraint is empty'],
    ['units <= 64 layers', '12+1 two expressions in one constraint'],
    ['units <= 64, layers < 3', '13+1 two expressions in one constraint'],
    ['units = 64', '6+1 cannot read the constraint: unexpected "="'],
    ['optimizer == "Adam', '18+1 cannot read the constraint: unclosed quote after "Adam"'],
    ['1 + unitss < 3', '4+6 unknown parameter "unitss"'],
    ['1 + 2 * sgd.momentun < 3', '8+12 unknown parameter "sgd.momentun"'],
    ['3 < mx(units, 2)', '4+2 unknown function "mx"'],
    ['sqrt(1, 2) < 3', '0+4 sqrt of 2 values'],
    ['units * layers', '0+1 the constraint gives a number'],
    ['optimizer', '0+9 the constraint gives text'],
    ['units < "adam"', '8+6 this is text'],
    ['64 == "adam"', '0+2 this compares a number with text'],
    ['bias + 1 > 1', '0+4 "bias" is true or false'],
    ['mixed + 1 > 1', '0+5 "mixed" is different kinds of values'],
    ['1 < units < 3', '0+1 a comparison of a comparison'],
    ['units && bias', '0+5 "units" is a number'],
    ['bias || 1', '8+1 this is a number'],
    ['optimizer == "sdg"', '13+5 "optimizer" is never "sdg"'],
    ['4 == window', '0+1 "window" is never 4'],
    ['-units ** 2 < 0', '0+1 a sign before ** can be read in two ways'],
    ['units === 64', '0+1 unknown operator ==='],
    ['~units < 3', '0+1 unknown operator ~'],
    [`units < ${'1'.repeat(1000)}`, '0+1 the constraint is too long'],
  ])('%s', (constraint, mistake) => {
    expect(mistakesIn(constraint)).toEqual([mistake]);
  });

  test('a known slip has its cure', () => {
    const hints = [
      'units === 1',
      'bias & bias',
      'bias | bias',
      'units ^ 2 == 1',
      'units = 1',
      'unit < 1',
      'mini(1) < 2',
    ];
    expect(hints.map(constraint => readSpace(params, [constraint]).findings[0]!.hint)).toEqual([
      'did you mean ==?',
      'did you mean &&?',
      'did you mean ||?',
      'did you mean **?',
      'did you mean ==?',
      'did you mean "units"?',
      'did you mean "min"?',
    ]);
  });
});

describe('nothing is evaluated as code', () => {
  test.each([
    'constructor == 1',
    '__proto__ == 1',
    'hasOwnProperty("units")',
    'units.constructor == 1',
    'units.constructor("return process")() == 1',
    '"".constructor.constructor("return 1")() == 1',
    'constructor(1) < 2',
    'toString(1) < 2',
    '__proto__(1) < 2',
    'min.call(1) < 2',
    'process.exit(1) == 1',
    'require("fs") == 1',
    'globalThis == 1',
    'this == 1',
    'this.units < 3',
    'units = 1',
    'units++ < 3',
    'units += 1',
    '`${units}` == "1"',
    '[units] == 1',
    'units["length"] == 1',
    'units?.length == 1',
    'units ? true : false',
    '(units, true)',
    '{} == 1',
    '() => true',
    'function () { return true }',
    'new Date() == 1',
    'typeof units == "number"',
    '/x/ == 1',
    'null == units',
    'units <= 64 // and no more',
  ])('%s is refused', constraint => {
    expect(mistakesIn(constraint)).toHaveLength(1);
  });

  test('a constraint that was refused leaves no traces in the next', () => {
    expect(mistakesIn('1 + (2 * unknown')).toHaveLength(1);
    expect(mistakesIn('3 < unknown')).toEqual(['4+7 unknown parameter "unknown"']);
  });
});

test('a name with a dash reads as a subtraction, and the message says so', () => {
  const { findings } = readSpace({ 'batch-size': { type: 'int', low: 1, high: 9 } }, ['batch-size < 5']);
  expect(findings).toMatchObject([
    {
      message: 'unknown parameter "batch"',
      hint: '"-" subtracts here: "batch-size" needs a name without it to stand in a constraint',
    },
  ]);
});

test('a parameter with a mistake of its own may be anything', () => {
  const broken = { ...params, units: { type: 'int', low: 5, high: 1 } };
  const texts = ['units < 3', 'units == "x"', '!units', 'units'];
  expect(readSpace(broken, texts).findings.map(({ message }) => message)).toEqual([
    'the lower bound 5 is above the upper one, 1',
  ]);
});

test('the defaults have to satisfy the constraints, and the message says with which values they do not', () => {
  const { findings } = readSpace(params, ['units * layers <= 64', 'rate < 1 && units < 2', 'bias == false']);
  expect(findings.map(({ path, message }) => `${path.join('/')}: ${message}`)).toEqual([
    'constraints/0: the defaults break this constraint: units = 513, layers = 5',
    'constraints/1: the defaults break this constraint: rate = 0, units = 513',
  ]);
});
