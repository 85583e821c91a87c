/** CSV and its relatives: columns of numbers or text, plain or gzipped. Format: RFC 4180. */
import { basename, resolve } from 'node:path';
import { z } from 'zod';
import { TuneError, type Problem } from '../../../errors.ts';
import { suggest } from '../../../space/nearest.ts';
import { encodeFeatures, encodeNumbers, isNumeric } from '../csv-columns.ts';
import { readSplitColumns } from '../csv-split-columns.ts';
import { readTable, type CsvTable } from '../csv-table.ts';
import { readTargets } from '../csv-targets.ts';
import type { LabelledData } from '../dataset.ts';
import { loader, type SplitColumns } from '../loader.ts';
import { readDataFile } from '../read-file.ts';
import { readTables } from '../streaming/csv-tables.ts';
import type { WriteRows } from '../streaming/streamed.ts';

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
  files: ({ file }) => [file],
  async load({ file, target, drop, ...format }, { folder, task, splitBy = {} }) {
    const table = readTable(await readDataFile(folder, file), format);
    const { features, targets } = chooseColumns(table, target, drop, splitBy);
    const examples = encodeFeatures(table, features);
    const reader = readTargets(table, targets, task);
    const splitting = readSplitColumns(splitBy);
    reader.add(table);
    splitting.add(table);
    return {
      size: table.rows.length,
      inputShape: [examples.names.length],
      inputs: examples.values,
      columns: examples.names,
      table: { ...format, inputs: examples.inputs },
      target: targets.map(column => table.columns[column]!),
      ...reader.finish(),
      ...splitting.finish(),
    };
  },
  stream({ file, target, drop, ...format }, { folder, task, splitBy = {} }) {
    const path = resolve(folder, file);
    const convert = async (write: WriteRows): Promise<LabelledData> => {
      const tables = readTables(path, format);
      const first = (await tables.next()).value as CsvTable;
      const { features, targets } = chooseColumns(first, target, drop, splitBy);
      refuseTexts(first, features);
      const reader = readTargets(first, targets, task);
      const splitting = readSplitColumns(splitBy);
      let size = 0;
      const pass = async (table: CsvTable): Promise<void> => {
        const { values } = encodeNumbers(table, features);
        reader.add(table);
        splitting.add(table);
        await write(values);
        size += table.rows.length;
      };
      await pass(first);
      for await (const table of tables) await pass(table);
      const names = (columns: readonly number[]): string[] => columns.map(column => first.columns[column]!);
      return {
        size,
        inputShape: [features.length],
        columns: names(features),
        table: { ...format, inputs: names(features).map(name => ({ name })) },
        target: names(targets),
        ...reader.finish(),
        ...splitting.finish(),
      };
    };
    return { files: [path], convert };
  },
});

/** The categories of a text are known after the last row, its one-hot columns are needed from the first. */
function refuseTexts(table: CsvTable, columns: readonly number[]): void {
  const texts = columns.filter(column => !isNumeric(table, column));
  if (texts.length === 0) return;
  throw new TuneError(
    'DATA_INVALID',
    texts.map(column => ({
      message: `the column "${table.columns[column]}" holds text`,
      where: table.locate(0, column),
      expected: 'numbers: a streamed table has no others',
      hint: `leave it out: "drop": ["${table.columns[column]}"]`,
    })),
  );
}

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
  // Where the space file names them.
  const named = new Map<string, Problem['path']>([
    ...Object.entries({ group, time }).flatMap(([knob, name]) =>
      name === undefined ? [] : [[name, ['data', 'split', knob]] as const],
    ),
    ...drop.map((name, index) => [name, ['data', 'csv', 'drop', index]] as const),
    ...wanted.map(name => [name, targetPath(target, name)] as const),
  ]);
  const features = [...columns.keys()].filter(index => !named.has(columns[index]!));
  const problems: Problem[] = [
    ...[...named]
      .filter(([name]) => !columns.includes(name))
      .map(([name, path]) => ({
        message: `there is no column "${name}" in ${basename(file)}`,
        path: path!,
        ...suggest(name, columns),
      })),
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

function targetPath(target: string | readonly string[] | undefined, name: string): readonly (string | number)[] {
  const path = ['data', 'csv', 'target'];
  return Array.isArray(target) ? [...path, target.indexOf(name)] : path;
}
