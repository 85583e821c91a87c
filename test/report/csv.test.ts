/** CSV as RFC 4180 and spreadsheets read it. */
import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvText } from '../../src/report/csv.ts';

test.each([
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['\r=1', '"\'\r=1"'],
  ['=cmd|"/c calc"!A1', '"\'=cmd|""/c calc""!A1"'],
  ['a=1', 'a=1'],
  ['say "a, b"', '"say ""a, b"""'],
  ['two\nlines', '"two\nlines"'],
  [-1.5, '-1.5'],
  [-Infinity, '-Infinity'],
  [NaN, 'NaN'],
  [1e-7, '1e-7'],
  [false, 'false'],
  [undefined, ''],
])('%j is the cell %j', (cell, text) => {
  expect(csvText(['a', 'b'], [[cell, 0]])).toBe(`a,b\r\n${text},0\r\n`);
});

test('what is no formula comes back from a reader as it was', () => {
  const text = fc.string({ unit: 'binary' }).filter(text => !/^[=+\-@\t\r\n]/.test(text));
  const table = fc.array(fc.tuple(text, text), { minLength: 1 });
  fc.assert(
    fc.property(table, rows => {
      const read = parse(csvText(['a', 'b'], rows), { record_delimiter: '\r\n', bom: false });
      expect(read).toEqual([['a', 'b'], ...rows]);
    }),
  );
});
