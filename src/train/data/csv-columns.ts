/** What the columns of a table hold, and their cells as numbers: text features become one-hot columns. */
import type { Problem } from '../../errors.ts';
import { suggest } from '../../space/nearest.ts';
import { byCodeUnit } from './classes.ts';
import type { CsvFormat, CsvTable } from './csv-table.ts';
import { fitsFloat32, parseNumber } from './numbers.ts';
import { createProblemList } from './problem-list.ts';

const mostCategories = 50;

/** Writings of "not a number" and of infinity, which some programs put into tables. */
const notFinite = /^[+-]?(?:nan|inf|infinity)$/i;

/** Whether most of a column's cells are numbers; the others are then mistakes, not categories. */
export function isNumeric({ rows }: CsvTable, column: number): boolean {
  let numbers = 0;
  let texts = 0;
  for (const row of rows) {
    const cell = row[column]!;
    if (parseNumber(cell) !== undefined) numbers++;
    else if (cell !== '' && !notFinite.test(cell)) texts++;
  }
  return numbers > 0 && numbers >= texts;
}

/** A column of a table that is an input. */
export interface InputColumn {
  readonly name: string;
  /** Of a text column: each of its values is a one-hot column, in this order. */
  readonly categories?: readonly string[];
}

/** How a table is written, and which of its columns are the inputs: what reads other tables of its kind. */
export interface TableFormat extends CsvFormat {
  readonly inputs: readonly InputColumn[];
}

/** Columns as rows of float32, and their names. */
export interface Encoded {
  readonly names: readonly string[];
  readonly values: Float32Array;
}

/** @throws TuneError DATA_INVALID with the cells that are no numbers */
export function encodeNumbers(table: CsvTable, columns: readonly number[]): Encoded {
  return encode(
    table,
    columns.map(index => ({ index })),
  );
}

/** @throws TuneError DATA_INVALID with the cells that are empty or no numbers, and the texts with too many values */
export function encodeFeatures(
  table: CsvTable,
  columns: readonly number[],
): Encoded & { readonly inputs: readonly InputColumn[] } {
  const problems = createProblemList();
  const features = columns.map((index): Feature => {
    if (isNumeric(table, index)) return { index };
    const categories = distinct(table, index);
    if (categories.length > mostCategories) problems.add(() => tooManyCategories(table, index, categories.length));
    return { index, categories };
  });
  problems.refuse();
  const inputs = features.map(({ index, ...kind }) => ({ name: table.columns[index]!, ...kind }));
  return { ...encode(table, features), inputs };
}

/**
 * The cells of a column of labels.
 * @param expected what a cell should hold
 */
export function labelsOf(table: CsvTable, column: number, expected = 'a class'): string[] {
  const problems = createProblemList();
  const labels = table.rows.map((row, index) => {
    const wrong = checkCell(row[column]!, table.columns[column]!, expected);
    if (wrong) problems.add(() => ({ ...wrong, where: table.locate(index, column) }));
    return row[column]!;
  });
  problems.refuse();
  return labels;
}

export interface Feature {
  readonly index: number;
  /** Values of a text column. */
  readonly categories?: readonly string[];
}

/** @throws TuneError DATA_INVALID with the cells that are empty, no numbers, or none of the known texts */
export function encode(table: CsvTable, features: readonly Feature[]): Encoded {
  const names = features.flatMap(({ index, categories }) => {
    const name = table.columns[index]!;
    return categories?.map(category => `${name}=${category}`) ?? [name];
  });
  const values = new Float32Array(table.rows.length * names.length);
  const places = features.map(({ categories }) => new Map(categories?.map((category, place) => [category, place])));
  const problems = createProblemList();
  let at = 0;
  table.rows.forEach((row, rowNumber) =>
    features.forEach(({ index, categories }, feature) => {
      const cell = row[index]!;
      const column = table.columns[index]!;
      const place = places[feature]!.get(cell);
      const wrong =
        checkCell(cell, column, categories ? 'text' : 'a number', !categories) ??
        (categories && place === undefined ? unknownCategory(cell, column, categories) : undefined);
      if (wrong) problems.add(() => ({ ...wrong, where: table.locate(rowNumber, index) }));
      else if (place !== undefined) values[at + place] = 1;
      else values[at] = Number(cell);
      at += categories?.length ?? 1;
    }),
  );
  problems.refuse();
  return { names, values };
}

/** What is wrong with a cell, if anything. */
function checkCell(cell: string, column: string, expected: string, isNumber = false): Problem | undefined {
  if (cell === '' || notFinite.test(cell)) {
    const message = cell === '' ? `the cell of column "${column}" is empty` : `"${cell}" in column "${column}"`;
    return { message, expected, hint: `fill it in, remove the row, or leave the column out: "drop": ["${column}"]` };
  }
  if (!isNumber) return undefined;
  const value = parseNumber(cell);
  if (value === undefined) return { message: `"${cell}" in column "${column}"`, expected };
  if (fitsFloat32(value)) return undefined;
  return { message: `${cell} in column "${column}" is too large`, expected: 'a number below 3.4e38' };
}

function unknownCategory(cell: string, column: string, categories: readonly string[]): Problem {
  return { message: `"${cell}" in column "${column}"`, ...suggest(cell, categories) };
}

function distinct({ rows }: CsvTable, column: number): string[] {
  const values = new Set(rows.map(row => row[column]!));
  return [...values].filter(value => value !== '' && !notFinite.test(value)).toSorted(byCodeUnit);
}

function tooManyCategories({ columns, locate }: CsvTable, column: number, values: number): Problem {
  const name = columns[column]!;
  return {
    message: `the text column "${name}" has ${values} different values`,
    where: locate('header', column),
    expected: `numbers, or at most ${mostCategories} different texts`,
    hint: `leave it out: "drop": ["${name}"]`,
  };
}
