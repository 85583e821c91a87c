import { describe, expect, test } from 'vitest';
import { left, markdownTable, right, textTable } from '../../src/report/columns.ts';
import { cut } from '../../src/report/cut.ts';
import { sparkline } from '../../src/report/sparkline.ts';
import { formatChange, formatShare, formatValue, valueIn } from '../../src/report/values.ts';
import { space } from './study.ts';

describe('sparkline', () => {
  test('spreads values over eight bars', () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8)).toBe('▁▂▃▄▅▆▇█');
  });
  test('shows means of stretches when there is less room', () => {
    expect(sparkline([0, 2, 6, 8], 2)).toBe('▁█');
    expect(
      sparkline(
        Array.from({ length: 100_000 }, (_, index) => index),
        8,
      ),
    ).toBe('▁▂▃▄▅▆▇█');
  });
  test('copes with equal, missing and odd values', () => {
    expect(sparkline([3, 3, 3], 5)).toBe('▁▁▁');
    expect(sparkline([], 5)).toBe('');
    expect(sparkline([0, NaN, Infinity, 1], 5)).toBe('▁××█');
    expect(sparkline([NaN], 5)).toBe('×');
  });
});

describe('values', () => {
  const [rate, units, optimizer] = space.params;
  test.each([
    [123_456, '123456'],
    [0.001_234_56, '0.001235'],
    [1e-7, '1e-7'],
    ['adam', 'adam'],
    [[64, 32], '[64,32]'],
    [true, 'true'],
    [null, 'null'],
    [undefined, '–'],
  ])('%j is written %s', (value, text) => {
    expect(formatValue(value)).toBe(text);
  });
  test('changes are in the units of the search scale', () => {
    expect(formatChange(rate!, 0.01, 0.0031)).toBe('x 0.31');
    expect(formatChange(units!, 64, 128)).toBe('+64');
    expect(formatChange(units!, 64, 16)).toBe('-48');
    expect(formatChange(units!, 64, 64)).toBe('');
    expect(formatChange(optimizer!, 'sgd', 'adam')).toBe('changed');
    expect(formatChange(units!, 64, undefined)).toBe('unused');
    expect(formatChange(units!, undefined, 64)).toBe('now used');
  });
  test('a parameter may be called as a method of objects', () => {
    expect(valueIn({}, 'toString')).toBeUndefined();
    expect(valueIn({ toString: 3 }, 'toString')).toBe(3);
  });
  test('shares', () => {
    expect(formatShare(0.3142)).toBe('31.4 %');
    expect(formatShare(123.4)).toBe('12340 %');
  });
});

describe('tables', () => {
  const columns = [left('name'), right('n')];
  test('of text line up and end without spaces', () => {
    expect(
      textTable(
        [right('n'), left('name')],
        [
          ['1', 'a'],
          ['100', 'äöü😀'],
        ],
      ),
    ).toEqual(['  n  name', '  1  a', '100  äöü😀']);
  });
  test('of Markdown say how columns are aligned', () => {
    expect(markdownTable(columns, [['a', '10000']])).toEqual([
      '| name |     n |',
      '| ---- | ----: |',
      '| a    | 10000 |',
    ]);
  });
});

test('text is cut between characters', () => {
  expect(cut('😀😀😀', 3)).toBe('😀😀😀');
  expect(cut('😀😀😀', 2)).toBe('😀…');
});
