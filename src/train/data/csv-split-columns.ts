/** The columns of a table that say how to split it. */
import { labelsOf } from './csv-columns.ts';
import type { CsvTable } from './csv-table.ts';
import type { LabelledData } from './dataset.ts';
import type { SplitColumns } from './loader.ts';
import { concatenate, parseNumber } from './numbers.ts';
import { createProblemList } from './problem-list.ts';

export interface SplitReader {
  /** @throws TuneError DATA_INVALID with the cells that are empty or no times */
  add(table: CsvTable): void;
  finish(): Pick<LabelledData, 'groups' | 'times'>;
}

/** Of a table that may come in parts. Groups are numbered in the order they occur. */
export function readSplitColumns({ group, time }: SplitColumns): SplitReader {
  const numbers = new Map<string, number>();
  const groups: Int32Array[] = [];
  const times: Float64Array[] = [];
  let readTime: ReadTime | undefined;
  return {
    add(table) {
      const cellsOf = (name: string, expected: string) => labelsOf(table, table.columns.indexOf(name), expected);
      if (group !== undefined) {
        const labels = cellsOf(group, 'a group');
        for (const label of labels) if (!numbers.has(label)) numbers.set(label, numbers.size);
        groups.push(Int32Array.from(labels, label => numbers.get(label)!));
      }
      if (time !== undefined) {
        const cells = cellsOf(time, 'a time');
        readTime ??= parseNumber(cells[0]!) === undefined ? dates : plainNumbers;
        times.push(timesOf(cells, table, table.columns.indexOf(time), readTime));
      }
    },
    finish: () => ({
      ...(group !== undefined && { groups: concatenate(Int32Array, groups) }),
      ...(time !== undefined && { times: concatenate(Float64Array, times) }),
    }),
  };
}

/** Numbers, or dates as milliseconds; the first cell says which. */
interface ReadTime {
  readonly read: (text: string) => number | undefined;
  readonly expected: string;
}

const dates: ReadTime = {
  read: parseDate,
  expected: 'a number, or a date such as 2024-03-31 or 2024-03-31T08:30:00Z',
};
const plainNumbers: ReadTime = { read: parseNumber, expected: 'a number, as in the first row' };

function timesOf(
  cells: readonly string[],
  table: CsvTable,
  column: number,
  { read, expected }: ReadTime,
): Float64Array {
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
