/** Choices of NNI and groups of W&B that hold further parameters. */
import { describe, expect, test } from 'vitest';
import { readSpace } from '../../../src/space/read-space.ts';
import type { Json } from '../../../src/space/space.ts';
import { spaceOf } from '../arbitrary.ts';

/** Names and conditions. */
function conditions(given: Readonly<Record<string, Json>>): Record<string, unknown> {
  return Object.fromEntries(spaceOf(given).params.map(({ name, when }) => [name, when]));
}

/** The path and message of each mistake. */
function mistakes(given: Readonly<Record<string, Json>>): string[] {
  return readSpace(given, []).findings.map(({ path, message }) => `${path.join('/')}: ${message}`);
}

const rate = { _type: 'loguniform', _value: [1e-4, 1] };
const share = { _type: 'uniform', _value: [0, 1] };

describe('NNI', () => {
  test('parameters of an option depend on it', () => {
    const optimizer: Json = {
      _type: 'choice',
      _value: [{ _name: 'sgd', momentum: share }, { _name: 'adam', beta: share, rate }, { _name: 'none' }, 'plain'],
    };
    expect(conditions({ optimizer })).toEqual({
      optimizer: undefined,
      'optimizer.sgd.momentum': { optimizer: ['sgd'] },
      'optimizer.adam.beta': { optimizer: ['adam'] },
      'optimizer.adam.rate': { optimizer: ['adam'] },
    });
    expect(spaceOf({ optimizer }).params[0]).toMatchObject({ choices: ['sgd', 'adam', 'none', 'plain'] });
  });

  test('options nest', () => {
    const inner: Json = { _type: 'choice', _value: [{ _name: 'step', every: share }, { _name: 'flat' }] };
    const outer: Json = { _type: 'choice', _value: [{ _name: 'sgd', schedule: inner }] };
    expect(conditions({ optimizer: outer })).toEqual({
      optimizer: undefined,
      'optimizer.sgd.schedule': { optimizer: ['sgd'] },
      'optimizer.sgd.schedule.step.every': { 'optimizer.sgd.schedule': ['step'] },
    });
  });

  test('a condition of the choice is one of all that it holds, a further one comes on top', () => {
    const momentum = { ...share, when: { nesterov: [true] }, default: 0.9 };
    const optimizer: Json = { _type: 'choice', _value: [{ _name: 'sgd', momentum }], when: { train: [true] } };
    const given = { nesterov: { type: 'boolean' }, train: { type: 'boolean' }, optimizer };
    expect(conditions(given)).toMatchObject({
      optimizer: { train: [true] },
      'optimizer.sgd.momentum': { optimizer: ['sgd'], nesterov: [true] },
    });
    expect(spaceOf(given).params.at(-1)).toMatchObject({ name: 'optimizer.sgd.momentum', default: 0.9 });
  });

  test('mistakes stand where they are in the original', () => {
    const broken = { _type: 'uniform', _value: [1, 0] };
    const optimizer: Json = {
      _type: 'choice',
      _value: [{ _name: 'sgd', momentum: broken }, { _name: 'adam', beta: 0.9 }, { beta: share }, { _name: 5 }],
    };
    expect(mistakes({ optimizer })).toEqual([
      'space/optimizer/_value/2: this option has no "_name"',
      'space/optimizer/_value/3: this option has no "_name"',
      'space/optimizer/_value/1/beta: this is 0.9',
      'space/optimizer/_value/0/momentum/_value/0: the lower bound 1 is above the upper one, 0',
    ]);
  });

  test('two options of one name are one too many', () => {
    expect(mistakes({ o: { _type: 'choice', _value: [{ _name: 'a', x: share }, { _name: 'a' }] } })).toEqual([
      'space/o/_value/1: "a" appears twice',
    ]);
  });
});

describe('W&B', () => {
  const inner = { min: 0.1, max: 0.5 };

  test('parameters of a group have its name before theirs', () => {
    const group = { parameters: { momentum: inner, schedule: { parameters: { every: { values: [1, 2] } } } } };
    expect(conditions({ sgd: group })).toEqual({ 'sgd.momentum': undefined, 'sgd.schedule.every': undefined });
  });

  test('the condition of a group is one of all that it holds', () => {
    const group = {
      parameters: {
        momentum: { ...inner, when: { nesterov: [true] } },
        decay: inner,
        deep: { parameters: { x: inner } },
      },
      when: { optimizer: ['sgd'] },
    };
    const given = { optimizer: { values: ['sgd', 'adam'] }, nesterov: { type: 'boolean' }, sgd: group };
    expect(conditions(given)).toMatchObject({
      'sgd.momentum': { optimizer: ['sgd'], nesterov: [true] },
      'sgd.decay': { optimizer: ['sgd'] },
      'sgd.deep.x': { optimizer: ['sgd'] },
    });
  });

  test('a parameter may narrow the condition of its group', () => {
    const group = { parameters: { x: { ...inner, when: { depth: [3] } } }, when: { depth: [2, 3] } };
    expect(conditions({ depth: { values: [1, 2, 3] }, group })['group.x']).toEqual({ depth: [3] });
  });

  test('mistakes stand where they are in the original', () => {
    const group = {
      parameters: {
        a: { min: 0.1, max: 0.5, when: { optimizer: ['adam'] } },
        b: { distribution: 'constant' },
        c: { parameters: { d: { min: 3, max: 1 } } },
        e: 5,
      },
      when: { optimizer: ['SGD'] },
      default: 1,
    };
    expect(mistakes({ optimizer: { values: ['sgd', 'adam'] }, group, empty: { parameters: {} } })).toEqual([
      'space/group/parameters/b/value: "value" is missing',
      'space/group/parameters/e: this is 5',
      'space/group/default: "default" has no meaning for a group of parameters',
      'space/group/parameters/c/parameters/d/min: the lower bound 3 is above the upper one, 1',
      'space/empty/parameters: the group has no parameters',
    ]);
  });

  test('a condition that can never hold stands at the group', () => {
    const group = { parameters: { a: inner, b: inner }, when: { optimizer: ['SGD'] } };
    expect([...new Set(mistakes({ optimizer: { values: ['sgd'] }, group }))]).toEqual([
      'space/group/when/optimizer/0: "optimizer" is never "SGD"',
    ]);
  });
});

test('a parameter with a mistake is known by its name: nothing that refers to it fails too', () => {
  const given = {
    sgd: {
      parameters: { momentum: { min: 0.1 }, nesterov: { values: [true, false], when: { 'sgd.momentum': [0.1] } } },
    },
    deep: { _type: 'choice', _value: [{ _name: 'a', x: { _type: 'uniform', _value: [0] } }] },
    y: { type: 'float', low: 0, high: 1, when: { 'deep.a.x': [0.5] } },
  };
  const { findings, names, sound } = readSpace(given, ['sgd.momentum < deep.a.x']);
  expect(findings.map(({ message }) => message)).toEqual(['"max" is missing', '"_value" is a list of 1 value']);
  expect(names).toEqual(['sgd.momentum', 'sgd.nesterov', 'deep', 'deep.a.x', 'y']);
  expect(sound.params.map(({ name }) => name)).toEqual(['deep']);
});
