import { describe, expect, test } from 'vitest';
import { referencesIn } from '../../src/space/references.ts';
import { resolve } from '../../src/space/resolve.ts';
import type { Config, Json } from '../../src/space/space.ts';
import { spaceOf } from './arbitrary.ts';

const space = spaceOf({
  optimizer: { type: 'categorical', choices: ['sgd', 'adam', 'none'] },
  momentum: { type: 'float', low: 0, high: 1, default: 0.5, when: { optimizer: ['sgd'] } },
  units: { type: 'int', low: 1, high: 64, default: 8 },
  block: {
    type: 'categorical',
    choices: ['flatten', { dense: { units: '$units' } }, ['$momentum', '$units'], '$optimizer', null],
  },
  bias: { type: 'boolean', default: true },
});

function resolved(template: Json, config: Config): Json {
  return resolve(template, space, config);
}

const sgd: Config = { optimizer: 'sgd', momentum: 0.9, units: 16, block: 'flatten', bias: false };
const adam: Config = { optimizer: 'adam', units: 16, block: 'flatten', bias: false };

describe('a reference', () => {
  test('as a value stands for the value', () => {
    expect(resolved({ units: '$units', useBias: '$bias' }, sgd)).toEqual({ units: 16, useBias: false });
  });

  test('as a key stands for the name', () => {
    const template = { optimizer: { $optimizer: { learningRate: 0.1 } } };
    expect(resolved(template, sgd)).toEqual({ optimizer: { sgd: { learningRate: 0.1 } } });
    expect(resolved(template, adam)).toEqual({ optimizer: { adam: { learningRate: 0.1 } } });
  });

  test('may be the whole template, and an element of a list', () => {
    expect(resolved('$units', sgd)).toBe(16);
    expect(resolved([1, '$units', ['$bias']], sgd)).toEqual([1, 16, [false]]);
  });

  test('is only a text that begins with one dollar sign', () => {
    expect(resolved(['a$units', '$$units', '$$$units', 'US$'], sgd)).toEqual(['a$units', '$units', '$$units', 'US$']);
    expect(resolved({ $$units: 1 }, sgd)).toEqual({ $units: 1 });
  });

  test('in the chosen value is followed', () => {
    expect(resolved(['$block'], { ...sgd, block: { dense: { units: '$units' } } })).toEqual([{ dense: { units: 16 } }]);
    expect(resolved('$block', { ...sgd, block: ['$momentum', '$units'] })).toEqual([0.9, 16]);
    expect(resolved({ $block: 1 }, { ...sgd, block: '$optimizer' })).toEqual({ sgd: 1 });
  });
});

describe('an inactive parameter', () => {
  test('takes the keys that refer to it away', () => {
    const template = { $optimizer: { learningRate: 0.1, momentum: '$momentum' } };
    expect(resolved(template, adam)).toEqual({ adam: { learningRate: 0.1 } });
    expect(resolved({ a: { $momentum: 1 }, b: 2 }, adam)).toEqual({ a: {}, b: 2 });
  });

  test('takes elements of lists away', () => {
    expect(resolved(['$momentum', 1, '$momentum'], adam)).toEqual([1]);
    expect(resolved('$block', { ...adam, block: ['$momentum', '$units'] })).toEqual([16]);
  });

  test('takes a layer away whose only option it is', () => {
    const layers: Json = ['flatten', { dropout: '$momentum' }, { dense: 3 }];
    expect(resolved({ layers }, adam)).toEqual({ layers: ['flatten', { dense: 3 }] });
    expect(resolved({ layers }, sgd)).toEqual({ layers: ['flatten', { dropout: 0.9 }, { dense: 3 }] });
  });

  test('leaves a layer with its defaults where it is one of its named options', () => {
    expect(resolved([{ dropout: { rate: '$momentum' } }], adam)).toEqual([{ dropout: {} }]);
  });

  test('outside of lists takes only its key away', () => {
    expect(resolved({ optimizer: { sgd: '$momentum' } }, adam)).toEqual({ optimizer: {} });
  });

  test('leaves nothing of a template that is nothing else', () => {
    expect(resolved('$momentum', adam)).toBeNull();
  });

  test('counts as inactive whatever the configuration holds for it', () => {
    expect(resolved({ m: '$momentum' }, { ...adam, momentum: 0.3 })).toEqual({});
  });
});

test('values that are no text stay as they are, also null', () => {
  expect(resolved({ a: null, b: [1.5, true, {}], c: '' }, sgd)).toEqual({ a: null, b: [1.5, true, {}], c: '' });
  expect(resolved({ a: '$block' }, { ...sgd, block: null })).toEqual({ a: null });
});

test('the template is left as it was', () => {
  const template = Object.freeze({ layers: Object.freeze(['$units', { $optimizer: '$units' }]) });
  resolved(template, sgd);
  expect(template).toEqual({ layers: ['$units', { $optimizer: '$units' }] });
});

test('references are found in the order of the text, as keys and as values', () => {
  const template = { a: '$x', $y: ['$$no', '$z', { b: '$x' }], c: 'no$no' };
  expect(referencesIn(template, ['train'])).toEqual([
    { name: 'x', path: ['train', 'a'], isKey: false },
    { name: 'y', path: ['train', '$y'], isKey: true },
    { name: 'z', path: ['train', '$y', 1], isKey: false },
    { name: 'x', path: ['train', '$y', 2, 'b'], isKey: false },
  ]);
});
