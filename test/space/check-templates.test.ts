/** What parameters put into "data", "model" and "train". */
import { describe, expect, test } from 'vitest';
import { checkTemplates, type Templates } from '../../src/space/check-templates.ts';
import { readSpace } from '../../src/space/read-space.ts';
import type { Json } from '../../src/space/space.ts';
import { sections } from '../../src/tune/sections.ts';

type Given = Readonly<Record<string, Json>>;

/** "path: message" of each mistake. */
function mistakesIn(templates: Templates, space: Given, constraints: readonly string[] = []): string[] {
  const read = readSpace(space, constraints);
  return [...read.findings, ...checkTemplates(templates, sections, read)].map(
    ({ path, message }) => `${path.join('/')}: ${message}`,
  );
}

const units: Json = { type: 'int', low: 16, high: 64 };
const dense = (...layers: Json[]): Templates => ({ model: { layers: layers.map(given => ({ dense: given })) } });

describe('a section of the wrong kind', () => {
  test.each<[Json, string]>([
    [5, 'model: "model" is 5'],
    [null, 'model: "model" is null'],
    ['dense', 'model: "model" is "dense"'],
    [['dense'], 'model: "model" is a list of 1 value'],
  ])('%j', (model, expected) => {
    expect(mistakesIn({ model }, {})).toEqual([expected]);
  });

  test('is told with what it should be', () => {
    const [finding] = checkTemplates({ model: 5 }, sections, readSpace({}, []));
    expect(finding).toMatchObject({
      path: ['model'],
      expected: 'an object with any of "layers", "output", "maxParameters" or "maxFlops"',
    });
  });
});

describe('a parameter', () => {
  test('that fits everywhere is fine', () => {
    expect(mistakesIn(dense('$units', { units: '$units', useBias: '$bias' }), { units, bias: { type: 'boolean' } })).toEqual([]); // prettier-ignore
  });

  test('whose range is too wide is wrong at that bound', () => {
    const space = { units: { type: 'int', low: 0, high: 100_000, default: 8 } };
    expect(mistakesIn(dense('$units'), space)).toEqual([
      'space/units/low: "dense" is 0',
      'space/units/high: "dense" is 100000',
    ]);
  });

  test('in another notation is wrong where that has the bound', () => {
    expect(mistakesIn(dense('$units'), { units: { _type: 'randint', _value: [0, 8] } })).toEqual([
      'space/units/_value/0: "dense" is 0',
    ]);
    expect(mistakesIn(dense('$n.units'), { n: { parameters: { units: { values: [8, 0] } } } })).toEqual([
      'space/n/parameters/units/values/1: "dense" is 0',
    ]);
  });

  test('that is wrong in two places for one reason is wrong once', () => {
    const space = { units: { type: 'int', low: 0, high: 8 } };
    expect(mistakesIn(dense('$units', { units: '$units' }), space)).toEqual(['space/units/low: "dense" is 0']);
  });

  test('with fractions where whole numbers are needed has nothing said about its bounds', () => {
    expect(mistakesIn(dense('$rate'), { rate: { type: 'float', low: 0.001, high: 0.1 } })).toEqual([
      'space/rate: "dense" is 0.0505',
    ]);
  });

  test('that is no number where one is needed is wrong once', () => {
    expect(mistakesIn(dense('$bias'), { bias: { type: 'boolean' } })).toEqual(['space/bias: "dense" is false']);
  });

  test('is tried under its conditions, and only where the constraints hold', () => {
    const space = {
      kind: { type: 'categorical', choices: ['a', 'b'] },
      depth: { type: 'int', low: 1, high: 3, default: 1, when: { kind: ['b'] } },
      units: { type: 'int', low: 0, high: 64, when: { kind: ['a', 'b'], depth: [3] } },
    };
    expect(mistakesIn({ model: { layers: ['flatten', { dense: '$units' }] } }, space)).toEqual([
      'space/units/low: "dense" is 0',
    ]);
    expect(mistakesIn({ model: { layers: ['flatten', { dense: '$units' }] } }, space, ['units > 0'])).toEqual([]);
  });

  test('that nothing uses is a slip, where the file has both model and train', () => {
    const space = { units, unused: units, parent: units, child: { ...(units as object), when: { parent: [16] } } };
    expect(mistakesIn({ ...dense('$units'), train: { batchSize: '$child' } }, space)).toEqual([
      'space/unused: nothing uses the parameter "unused"',
    ]);
    expect(mistakesIn({ ...dense('$units'), train: {} }, { units, limit: units }, ['limit <= 64'])).toEqual([]);
    expect(mistakesIn(dense('$units'), space)).toEqual([]);
  });
});

describe('a choice', () => {
  const optimizers = (...choices: Json[]): Given => ({ optimizer: { type: 'categorical', choices } });

  test('that names nothing known is wrong itself', () => {
    const space = optimizers('sgd', 'adamm', { momentum: { momentum: 2 } });
    expect(mistakesIn({ train: { optimizer: '$optimizer' } }, space)).toEqual([
      'space/optimizer/choices/1: unknown optimizer "adamm"',
      'space/optimizer/choices/2/momentum/momentum: "momentum" is 2',
    ]);
  });

  test('as a key likewise', () => {
    expect(mistakesIn({ train: { optimizer: { $optimizer: 0.1 } } }, optimizers('sgd', 'adamm'))).toEqual([
      'space/optimizer/choices/1: unknown optimizer "adamm"',
    ]);
  });

  test('that has no such option is named with it', () => {
    const train = { optimizer: { $optimizer: { learningRate: 0.1, momentum: 0.9 } } };
    expect(mistakesIn({ train }, optimizers('sgd', 'adam', 'momentum'))).toEqual([
      'train/optimizer/$optimizer/momentum: unknown key "momentum" when "optimizer" is "sgd" or "adam"',
    ]);
  });

  test('makes no difference to a mistake that comes with all of them', () => {
    const train = { optimizer: { $optimizer: { learnigRate: 0.1 } } };
    expect(mistakesIn({ train }, optimizers('sgd', 'adam', 'momentum'))).toEqual([
      'train/optimizer/$optimizer/learnigRate: unknown key "learnigRate"',
    ]);
  });

  test('with an option of its own needs a condition on that, and then fits', () => {
    const train = { optimizer: { $optimizer: { learningRate: 0.1, momentum: '$share' } } };
    const share = { type: 'float', low: 0.5, high: 0.9, when: { optimizer: ['momentum'] } };
    expect(mistakesIn({ train }, { ...optimizers('sgd', 'momentum'), share })).toEqual([]);
  });

  test('may lead to another parameter, but not back', () => {
    const space = {
      a: { type: 'categorical', choices: ['adam', '$b'] },
      b: { type: 'categorical', choices: ['sgd', { momentum: '$c' }] },
      c: { type: 'float', low: 0.1, high: 200 },
    };
    expect(mistakesIn({ train: { optimizer: '$a' } }, space)).toEqual([]);
    const circular = { ...space, c: { type: 'categorical', choices: [0.1, '$a', '$d'] } };
    expect(mistakesIn({ train: { optimizer: '$a' } }, circular)).toEqual([
      'space/c/choices/2: unknown parameter "d"',
      'space/a/choices/1: "a" leads back to itself through "b" and "c"',
    ]);
  });
});

describe('a parameter as a key', () => {
  test('must be a choice between names', () => {
    const train = { optimizer: { $rate: {} }, loss: { $bias: {} } };
    const space = { rate: { type: 'float', low: 0.1, high: 1 }, bias: { type: 'boolean' } };
    expect(mistakesIn({ train }, space)).toEqual([
      'train/optimizer/$rate: "rate" cannot be a key: its values are numbers',
      'train/loss/$bias: "bias" cannot be a key: its values are true and false',
    ]);
  });

  test('must have no choices but names', () => {
    const space = { optimizer: { type: 'categorical', choices: ['sgd', { momentum: 0.1 }] } };
    expect(mistakesIn({ train: { optimizer: { $optimizer: 0.1 } } }, space)).toEqual([
      'space/optimizer/choices/1: {"momentum":0.1} cannot be a key, and "$optimizer" is one',
    ]);
  });
});

describe('a parameter with mistakes', () => {
  const broken: Json = { type: 'int', low: 9, high: 1 };

  test('hides no mistakes in the templates', () => {
    expect(mistakesIn(dense('$units', { units: '$units', activation: 'rulu' }, { unit: '$units' }), { units: broken })).toEqual([
      'space/units/low: the lower bound 9 is above the upper one, 1',
      'model/layers/1/dense/activation: unknown activation "rulu"',
      'model/layers/2/dense/unit: unknown key "unit"',
    ]); // prettier-ignore
  });

  test('makes none of its own there, as a value, in a list, or as a key', () => {
    const templates: Templates = {
      model: { layers: [{ conv2d: { filters: '$a', kernelSize: ['$a', 3] } }, { stack: { times: 2, layers: '$a' } }] },
      train: { optimizer: { $a: { learningRate: '$unknown', rate: 0.1 } }, loss: '$a' },
    };
    expect(mistakesIn(templates, { a: broken })).toEqual([
      'space/a/low: the lower bound 9 is above the upper one, 1',
      'train/optimizer/$a/learningRate: unknown parameter "unknown"',
    ]);
  });

  test('takes those with it that depend on it', () => {
    const child = { type: 'float', low: -5, high: 5, when: { a: [1] } };
    expect(mistakesIn({ train: { l2: '$child' } }, { a: broken, child })).toHaveLength(1);
  });
});

test('unknown parameters are named with the nearest known one, or with how to write the text itself', () => {
  const read = readSpace({ units }, []);
  const templates = dense('$unit', '$width', { $layer: 3 } as Json);
  expect(checkTemplates(templates, sections, read)).toEqual([
    { path: ['model', 'layers', 0, 'dense'], message: 'unknown parameter "unit"', hint: 'did you mean "units"?' },
    {
      path: ['model', 'layers', 1, 'dense'],
      message: 'unknown parameter "width"',
      expected: '"units"',
      hint: 'for the text itself write "$$width"',
    },
    {
      path: ['model', 'layers', 2, 'dense', '$layer'],
      at: 'key',
      message: 'unknown parameter "layer"',
      expected: '"units"',
      hint: 'for the text itself write "$$layer"',
    },
  ]);
  expect(checkTemplates(dense('$units'), sections, readSpace({}, []))[0]).toMatchObject({
    expected: 'a parameter "units" in "space"',
  });
});

test('fifty parameters in fifty layers are checked', () => {
  const names = Array.from({ length: 50 }, (_, index) => `u${index}`);
  const space = Object.fromEntries(names.map(name => [name, units]));
  const templates = {
    data: { csv: 'a.csv' },
    model: { layers: names.map(name => ({ dense: { units: `$${name}`, activation: 'relu' } })) },
    train: { optimizer: { adam: 0.1 } },
  };
  const read = readSpace(space, []);
  expect(checkTemplates(templates, sections, read)).toEqual([]);
  const wrong = { ...templates, train: { optimizer: { adam: 0.1 }, batchSize: '$u7', epochs: 'u8' } };
  expect(checkTemplates(wrong, sections, read)).toMatchObject([{ path: ['train', 'epochs'] }]);
});
