import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { activeParams } from '../../src/space/active-params.ts';
import { decode } from '../../src/space/decode.ts';
import { defaultConfig } from '../../src/space/default-config.ts';
import { encode } from '../../src/space/encode.ts';
import { isLegal } from '../../src/space/scale.ts';
import { conditionalSpace, coordinate, spaceOf } from './arbitrary.ts';

const points = fc.array(coordinate, { minLength: 7, maxLength: 7 });

describe('for any space with conditions', () => {
  test('decoding the code of a configuration gives it back', () => {
    fc.assert(
      fc.property(conditionalSpace, points, (space, point) => {
        const config = decode(space, point);
        expect(decode(space, encode(space, config))).toStrictEqual(config);
      }),
      { numRuns: 500 },
    );
  });

  test('any point decodes to legal values for exactly the active parameters', () => {
    fc.assert(
      fc.property(conditionalSpace, fc.array(fc.double(), { maxLength: 9 }), (space, point) => {
        const config = decode(space, point);
        const active = activeParams(space, config);
        expect(Object.keys(config)).toEqual(active.map(({ name }) => name));
        for (const param of active) expect(isLegal(param, config[param.name]!)).toBe(true);
      }),
    );
  });

  test('the defaults are legal, and what every coordinate of an inactive parameter stands at', () => {
    fc.assert(
      fc.property(conditionalSpace, space => {
        const config = defaultConfig(space);
        for (const param of activeParams(space, config)) expect(isLegal(param, config[param.name]!)).toBe(true);
        const all = Object.fromEntries(space.params.map(param => [param.name, param.default]));
        expect(encode(space, config)).toEqual(encode(space, all));
      }),
    );
  });
});

test('one coordinate for each parameter, in the order of the space, active or not', () => {
  const space = spaceOf({
    momentum: { type: 'float', low: 0, high: 1, default: 0.25, when: { optimizer: ['sgd'] } },
    optimizer: { type: 'categorical', choices: ['sgd', 'adam'] },
    units: { type: 'int', low: 1, high: 4 },
  });
  expect(space.params.map(({ name }) => name)).toEqual(['optimizer', 'momentum', 'units']);
  expect([...encode(space, { optimizer: 'adam', units: 2 })]).toEqual([0.75, 0.25, 0.375]);
  expect(decode(space, [0.75, 0.9, 0.3])).toEqual({ optimizer: 'adam', units: 2 });
  expect(decode(space, [0.25, 0.9, 0.3])).toEqual({ optimizer: 'sgd', momentum: 0.9, units: 2 });
});
