import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/space/finding.ts';
import { isUncertain, templatePlace, traceFinding } from '../../src/space/origin.ts';
import { activeValues, expand, type Expanded } from '../../src/space/resolve.ts';
import type { Config, Json } from '../../src/space/space.ts';
import { spaceOf } from './arbitrary.ts';

const space = spaceOf({
  optimizer: { type: 'categorical', choices: ['sgd', 'adam', { momentum: { momentum: '$share' } }] },
  share: { type: 'float', low: 0, high: 1 },
  units: { type: 'int', low: 1, high: 64 },
  bias: { type: 'boolean' },
  off: { type: 'boolean', when: { bias: [true] } },
});
const config: Config = { optimizer: 'adam', share: 0, units: 64, bias: false };

function rootOf(template: Json, values: Config = config): Expanded {
  return expand(template, activeValues(space, values))!;
}

/** Where in the file a finding about the resolved template is. */
function traced(template: Json, path: Finding['path'], more: Partial<Finding> = {}, values: Config = config): string {
  const finding = { path, message: '', ...more };
  const result = traceFinding(finding, rootOf(template, values), ['train'], space, values);
  return `${result.path.join('/')}${result.at === 'key' ? ' (key)' : ''}`;
}

describe('a finding stands', () => {
  test('in the template where that has the value itself', () => {
    expect(traced({ a: [1, { b: 2 }] }, ['a', 1, 'b'])).toBe('train/a/1/b');
    expect(traced({ a: 1 }, [])).toBe('train');
  });

  test('at the bound or the choice that gave the value', () => {
    expect(traced({ a: '$share' }, ['a'])).toBe('space/share/low');
    expect(traced({ a: '$units' }, ['a'])).toBe('space/units/high');
    expect(traced({ a: '$optimizer' }, ['a'])).toBe('space/optimizer/choices/1');
    expect(traced({ a: '$bias' }, ['a'])).toBe('space/bias');
    expect(traced({ a: '$units' }, ['a'], {}, { ...config, units: 7 })).toBe('space/units');
  });

  test('inside the choice, and beyond it in the parameter that the choice refers to', () => {
    const momentum = { ...config, optimizer: { momentum: { momentum: '$share' } }, share: 1 };
    expect(traced({ a: '$optimizer' }, ['a', 'momentum'], {}, momentum)).toBe('space/optimizer/choices/2/momentum');
    expect(traced({ a: '$optimizer' }, ['a', 'momentum', 'momentum'], {}, momentum)).toBe('space/share/high');
    expect(traced({ a: '$optimizer' }, ['a', 'momentum', 'x'], {}, momentum)).toBe(
      'space/optimizer/choices/2/momentum/x',
    );
  });

  test('at a key that a parameter gave, in the parameter; below it, in the template', () => {
    const template = { $optimizer: { rate: 1 } };
    expect(traced(template, ['adam'], { at: 'key' })).toBe('space/optimizer/choices/1');
    expect(traced(template, ['adam', 'rate'])).toBe('train/$optimizer/rate');
    expect(traced(template, ['adam', 'rate'], { at: 'key' })).toBe('train/$optimizer/rate (key)');
    expect(traced(template, ['adam', 'missing'])).toBe('train/$optimizer/missing');
  });

  test('at the element that was meant, where elements before it were left out', () => {
    expect(traced(['$off', 1, 2], [1])).toBe('train/2');
  });

  test('at an escaped key as it is written', () => {
    expect(traced({ $$x: 1 }, ['$x'])).toBe('train/$$x');
  });
});

test('the place in the template is that of the text, with the parameter that chose above it', () => {
  const root = rootOf({ a: { $optimizer: { rate: '$share' } } });
  expect(templatePlace({ path: ['a', 'adam', 'rate'], message: '' }, root)).toEqual({
    path: ['a', '$optimizer', 'rate'],
    chosenBy: 'optimizer',
  });
  expect(templatePlace({ path: ['a', 'adam'], message: '' }, root)).toEqual({
    path: ['a', '$optimizer'],
    chosenBy: undefined,
  });
});

describe('a finding is uncertain', () => {
  const root = rootOf({ a: { $optimizer: { rate: 1 } }, b: { c: '$units', d: 1 }, e: 2 });
  const isUnsure = (path: Finding['path'], name: string, more: Partial<Finding> = {}): boolean =>
    isUncertain({ path, message: '', ...more }, root, new Set([name]));

  test('where a parameter that is not known gave the value, or a part of it', () => {
    expect(isUnsure(['b', 'c'], 'units')).toBe(true);
    expect(isUnsure(['b'], 'units')).toBe(true);
    expect(isUnsure(['b', 'd'], 'units')).toBe(false);
    expect(isUnsure(['e'], 'units')).toBe(false);
  });

  test('where such a parameter gave a key on the way, or one that may be the missing one', () => {
    expect(isUnsure(['a', 'adam', 'rate'], 'optimizer')).toBe(true);
    expect(isUnsure(['a', 'sgd'], 'optimizer')).toBe(true);
    expect(isUnsure(['b', 'missing'], 'units')).toBe(false);
  });

  test('but not about an unknown key, whatever its value', () => {
    expect(isUnsure(['b', 'c'], 'units', { at: 'key' })).toBe(false);
  });
});
