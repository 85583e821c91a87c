/** The columns of a table that say how to split it. */
import { labelsOf } from './csv-columns.ts';
import type { CsvTable } from './csv-table.ts';
import type { Dataset } from './dataset.ts';
import type { SplitColumns } from './loader.ts';
import { parseNumber } from './numbers.ts';
import { createProblemList } from './problem-list.ts';

/** @throws TuneError DATA_INVALID with the cells that are empty or no times */
export function encodeSplitColumns(table: CsvTable, { group, time }: SplitColumns): Pick<Dataset, 'groups' | 'times'> {
  const indexOf = (name: string): number => table.columns.indexOf(name);
  return {
    ...(group !== undefined && { groups: numberGroups(labelsOf(table, indexOf(group), 'a group')) }),
    ...(time !== undefined && { times: timesOf(table, indexOf(time)) }),
  };
}

/** In the order they occur. */
function numberGroups(labels: readonly string[]): Int32Array {
  const numbers = new Map<string, number>();
  for (const label of labels) if (!numbers.has(label)) numbers.set(label, numbers.size);
  return Int32Array.from(labels, label => numbers.get(label)!);
}

/** Numbers, or dates as milliseconds; the first cell says which. */
function timesOf(table: CsvTable, column: number): Float64Array {
  const cells = labelsOf(table, column, 'a time');
  const [read, expected] =
    parseNumber(cells[0]!) === undefined
      ? ([parseDate, 'a number, or a date such as 2024-03-31 or 2024-03-31T08:30:00Z'] as const)
      : ([parseNumber, 'a number, as in the first row'] as const);
  const problems = createProblemList();
  const times = cells.map((cell, row) => {
    const time = read(cell);
    if (time === undefined)
      problems.add(() => ({
        message: `"${cell}" in column "${table.columns[column]!}" is no time`,
        where: table.locate(row, column),
        expected,
      }));
    return time ?? NaN;
  });
  problems.refuse();
  return Float64Array.from(times);
}

const isoDate = /^\d{4}-\d\d(?:-\d\d)?(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** Of ISO 8601; without a zone it is Greenwich's, so that every machine reads the same. */
function parseDate(text: string): number | undefined {
  const match = isoDate.exec(text);
  if (!match) return undefined;
  const isDay = text.length <= 10;
  const time = Date.parse(isDay || match[1] ? text.replace(' ', 'T') : `${text.replace(' ', 'T')}Z`);
  return Number.isNaN(time) ? undefined : time;
}
