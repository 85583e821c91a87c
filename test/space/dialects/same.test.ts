/** One parameter in every notation gives one spec. */
import { describe, expect, test } from 'vitest';
import { readSpace } from '../../../src/space/read-space.ts';
import type { Json } from '../../../src/space/space.ts';
import { spaceOf } from '../arbitrary.ts';

const float = { type: 'float', log: false, step: null };
const int = { type: 'int', log: false, step: 1 };

/** What Optuna's long form looks like for a parameter in the short form. */
function long(name: string, attributes: Readonly<Record<string, Json>>): Json {
  return { name, attributes };
}

const table: readonly (readonly [title: string, spec: object, notations: Readonly<Record<string, Json>>])[] = [
  [
    'a number',
    { ...float, low: 0, high: 0.5, default: 0.25 },
    {
      short: { type: 'float', low: 0, high: 0.5 },
      long: long('FloatDistribution', { low: 0, high: 0.5, log: false, step: null }),
      'long, without what is standard': long('FloatDistribution', { low: 0, high: 0.5 }),
      'before version 3': long('UniformDistribution', { low: 0, high: 0.5 }),
      NNI: { _type: 'uniform', _value: [0, 0.5] },
      'W&B': { distribution: 'uniform', min: 0, max: 0.5 },
      'W&B, guessed': { min: 0, max: 0.5 },
    },
  ],
  [
    'a number on the log scale',
    { ...float, low: 1e-5, high: 0.1, log: true, default: 1e-3 },
    {
      short: { type: 'float', low: 1e-5, high: 0.1, log: true },
      long: long('FloatDistribution', { low: 1e-5, high: 0.1, log: true, step: null }),
      'before version 3': long('LogUniformDistribution', { low: 1e-5, high: 0.1 }),
      NNI: { _type: 'loguniform', _value: [1e-5, 0.1] },
      'W&B': { distribution: 'log_uniform_values', min: 1e-5, max: 0.1 },
    },
  ],
  [
    'a number in steps',
    { ...float, low: 0, high: 1, step: 0.25, default: 0.5 },
    {
      short: { type: 'float', low: 0, high: 1.1, step: 0.25 },
      long: long('FloatDistribution', { low: 0, high: 1.1, log: false, step: 0.25 }),
      'before version 3': long('DiscreteUniformDistribution', { low: 0, high: 1.1, q: 0.25 }),
      NNI: { _type: 'quniform', _value: [0, 1, 0.25] },
      'W&B, whose bounds are rounded to steps': { distribution: 'q_uniform', min: 0.1, max: 1.1, q: 0.25 },
    },
  ],
  [
    'a whole number',
    { ...int, low: 1, high: 9, default: 5 },
    {
      short: { type: 'int', low: 1, high: 9 },
      long: long('IntDistribution', { low: 1, high: 9, log: false, step: 1 }),
      'before version 3': long('IntUniformDistribution', { low: 1, high: 9 }),
      'NNI, whose upper bound is left out': { _type: 'randint', _value: [1, 10] },
      'NNI, in steps': { _type: 'quniform', _value: [1, 9, 1] },
      'W&B': { distribution: 'int_uniform', min: 1, max: 9 },
      'W&B, guessed': { min: 1, max: 9 },
      'W&B, in steps': { distribution: 'q_uniform', min: 1, max: 9 },
    },
  ],
  [
    'a whole number in steps',
    { ...int, low: 16, high: 64, step: 16, default: 48 },
    {
      short: { type: 'int', low: 16, high: 70, step: 16 },
      long: long('IntDistribution', { low: 16, high: 70, log: false, step: 16 }),
      'before version 3': long('IntUniformDistribution', { low: 16, high: 70, step: 16 }),
      NNI: { _type: 'quniform', _value: [16, 64, 16] },
      'W&B': { distribution: 'q_uniform', min: 16, max: 64, q: 16 },
    },
  ],
  [
    'a whole number on the log scale',
    { ...int, low: 1, high: 128, log: true, default: 8 },
    {
      short: { type: 'int', low: 1, high: 128, log: true },
      long: long('IntDistribution', { low: 1, high: 128, log: true, step: 1 }),
      'before version 3': long('IntLogUniformDistribution', { low: 1, high: 128 }),
      NNI: { _type: 'qloguniform', _value: [1, 128, 1] },
      'W&B': { distribution: 'q_log_uniform_values', min: 1, max: 128 },
      'W&B, by exponents': { distribution: 'q_log_uniform', min: 0, max: 4.852 },
    },
  ],
  [
    'a choice',
    { type: 'categorical', choices: ['sgd', 'adam', null], default: 'sgd' },
    {
      short: { type: 'categorical', choices: ['sgd', 'adam', null] },
      long: long('CategoricalDistribution', { choices: ['sgd', 'adam', null] }),
      NNI: { _type: 'choice', _value: ['sgd', 'adam', null] },
      'W&B': { distribution: 'categorical', values: ['sgd', 'adam', null] },
      'W&B, guessed': { values: ['sgd', 'adam', null] },
    },
  ],
  [
    'a constant',
    { type: 'categorical', choices: [3], default: 3 },
    {
      short: { type: 'categorical', choices: [3] },
      NNI: { _type: 'choice', _value: [3] },
      'W&B': { distribution: 'constant', value: 3 },
      'W&B, guessed': { value: 3 },
    },
  ],
];

describe.each(table)('%s', (_, spec, notations) => {
  test.each(Object.entries(notations))('%s', (_, given) => {
    expect(spaceOf({ p: given }).params).toEqual([{ name: 'p', ...spec }]);
  });

  test.each(Object.entries(notations))('%s, with default, when and tune', (_, given) => {
    const low = 'low' in spec ? spec.low : undefined;
    const standard = (low ?? (spec as { default: Json }).default) as Json;
    const extras = { default: standard, when: { on: [true] }, tune: 'gradient' as const };
    const space = spaceOf({ on: { type: 'boolean' }, p: { ...(given as object), ...extras } });
    expect(space.params[1]).toEqual({ name: 'p', ...spec, ...extras });
  });
});

test('log_uniform of W&B has exponents of e as bounds', () => {
  const [param] = spaceOf({ p: { distribution: 'log_uniform', min: -9.210340371976182, max: 0 } }).params;
  expect(param).toEqual({ name: 'p', ...float, low: 1e-4, high: 1, log: true, default: 0.01 });
});

test('log_uniform of W&B with the values as bounds is refused', () => {
  const { findings } = readSpace({ p: { distribution: 'log_uniform', min: 1e-5, max: 0.1 } }, []);
  expect(findings).toMatchObject([
    { path: ['space', 'p', 'min'], message: 'from e^0.00001 to e^0.1 is from 1 to 1.105' },
  ]);
});

test('quniform of NNI with bounds between the steps has them as values: it rounds, then clips', () => {
  const [param] = spaceOf({ p: { _type: 'quniform', _value: [3, 21, 10] } }).params;
  expect(param).toEqual({ name: 'p', type: 'categorical', choices: [3, 10, 20, 21], default: 20 });
});
