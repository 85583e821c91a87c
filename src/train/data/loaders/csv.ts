/** CSV and its relatives: columns of numbers or text, plain or gzipped. Format: RFC 4180. */
import { z } from 'zod';
import { TuneError, type Problem } from '../../../errors.ts';
import { suggest } from '../../../space/nearest.ts';
import { looksLikeClasses, toClasses } from '../classes.ts';
import { encodeSplitColumns } from '../csv-split-columns.ts';
import { encodeFeatures, encodeNumbers, isNumeric, labelsOf } from '../csv-columns.ts';
import { readTable, type CsvTable } from '../csv-table.ts';
import type { Dataset, Task } from '../dataset.ts';
import { loader, type SplitColumns } from '../loader.ts';
import { parseNumber } from '../numbers.ts';
import { readDataFile } from '../read-file.ts';

export const csv = loader({
  name: 'csv',
  summary: 'a CSV file, plain or gzipped; columns of text become one-hot columns',
  paper: 'https://www.rfc-editor.org/rfc/rfc4180',
  shorthand: 'file',
  knobs: z.strictObject({
    file: z.string().describe('path, from the folder of this file'),
    header: z
      .boolean()
      .default(true)
      .describe('whether the first line names the columns; without it they are c1, c2 and so on'),
    target: z
      .union([z.string(), z.array(z.string()).min(1)])
      .optional()
      .describe('column to predict, or several for regression; default: the last column'),
    delimiter: z
      .string()
      .refine(text => /^[^"\r\n]$/.test(text), {
        message: 'no character between columns',
        params: { expected: 'one character that is no quote and no line break' },
      })
      .default(',')
      .describe('the character between columns'),
    skipRows: z.int().min(0).default(0).describe('lines to pass over before the header, or before the data'),
    drop: z.array(z.string()).default([]).describe('columns to leave out'),
  }),
  async load({ file, target, drop, ...format }, { folder, task, splitBy = {} }) {
    const table = readTable(await readDataFile(folder, file), format);
    const { features, targets } = chooseColumns(table, target, drop, splitBy);
    const examples = encodeFeatures(table, features);
    return {
      size: table.rows.length,
      inputShape: [examples.names.length],
      inputs: examples.values,
      columns: examples.names,
      table: { ...format, inputs: examples.inputs },
      target: targets.map(column => table.columns[column]!),
      ...encodeTargets(table, targets, task),
      ...encodeSplitColumns(table, splitBy),
    };
  },
});

interface Columns {
  readonly features: readonly number[];
  readonly targets: readonly number[];
}

function chooseColumns(
  table: CsvTable,
  target: string | readonly string[] | undefined,
  drop: readonly string[],
  { group, time }: SplitColumns,
): Columns {
  const { columns, file } = table;
  const wanted = target === undefined ? columns.slice(-1) : [...new Set([target].flat())];
  const splitting = [group, time].filter(name => name !== undefined);
  const named = new Set([...wanted, ...drop, ...splitting]);
  const features = [...columns.keys()].filter(index => !named.has(columns[index]!));
  const problems: Problem[] = [
    ...[...named]
      .filter(name => !columns.includes(name))
      .map(name => ({ message: `there is no column "${name}"`, where: { file }, ...suggest(name, columns) })),
    ...wanted
      .filter(name => drop.includes(name))
      .map(name => ({ message: `the column "${name}" is the target and cannot be dropped`, where: { file } })),
    ...wanted
      .filter(name => splitting.includes(name))
      .map(name => ({
        message: `the column "${name}" is the target and cannot split the rows`,
        where: { file },
        hint: 'name the column to predict: "target"',
      })),
    ...features
      .filter(index => columns[index] === '')
      .map(index => ({
        message: `column ${index + 1} has no name`,
        where: table.locate('header', index),
        hint: 'if it only numbers the rows, leave it out: "drop": [""]',
      })),
  ];
  if (problems.length === 0 && features.length === 0) problems.push(noFeatures(table));
  if (problems.length > 0) throw new TuneError('DATA_INVALID', problems);
  return { features, targets: wanted.map(name => columns.indexOf(name)) };
}

function noFeatures({ columns, file }: CsvTable): Problem {
  return {
    message: 'no column is left for the inputs',
    where: { file },
    expected: 'a column besides the target and the dropped ones',
    ...(columns.length === 1 && { hint: `the only column is "${columns[0]}"; is the "delimiter" the right one?` }),
  };
}

type Targets = Pick<Dataset, 'task' | 'targetSize' | 'targets' | 'classes'>;

function encodeTargets(table: CsvTable, columns: readonly number[], given: Task | undefined): Targets {
  const task = given ?? (columns.length === 1 ? guessTask(table, columns[0]!) : 'regression');
  if (task === 'classification') {
    const [column, second] = columns;
    if (second !== undefined) throw new TuneError('DATA_INVALID', severalClasses(table, columns));
    return { task, targetSize: 1, ...toClasses(labelsOf(table, column!), table.locate('header', column!)) };
  }
  const texts = columns.filter(column => !isNumeric(table, column));
  if (texts.length > 0)
    throw new TuneError(
      'DATA_INVALID',
      texts.map(column => textTarget(table, column)),
    );
  return { task, targetSize: columns.length, targets: encodeNumbers(table, columns).values };
}

/** Texts are classes, and so are a few different whole numbers. */
function guessTask(table: CsvTable, column: number): Task {
  if (!isNumeric(table, column)) return 'classification';
  return looksLikeClasses(table.rows.map(row => parseNumber(row[column]!))) ? 'classification' : 'regression';
}

function severalClasses({ columns, file }: CsvTable, targets: readonly number[]): Problem {
  return {
    message: `${targets.length} target columns for classification: ${targets.map(target => columns[target]).join(', ')}`,
    where: { file },
    expected: 'one column with the class',
  };
}

function textTarget(table: CsvTable, column: number): Problem {
  return {
    message: `the target column "${table.columns[column]}" holds text`,
    where: table.locate(0, column),
    expected: 'numbers, the targets of regression',
  };
}
