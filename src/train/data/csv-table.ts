/** A delimited text file as named columns of text, with the place of every cell. Quoting follows RFC 4180, by csv-parse. */
import { CsvError, parse } from 'csv-parse/sync';
import { messageOf, TuneError, type Location, type Problem } from '../../errors.ts';
import { createLocator, lineOf, startOfLine, type CsvRecord, type Locate } from './csv-places.ts';
import { createProblemList } from './problem-list.ts';
import type { DataFile } from './read-file.ts';

export interface CsvFormat {
  readonly header: boolean;
  readonly delimiter: string;
  readonly skipRows: number;
}

export interface CsvTable {
  readonly file: string;
  readonly columns: readonly string[];
  /** Each as long as `columns`. */
  readonly rows: readonly (readonly string[])[];
  /** Place of a cell, or of a column's name. */
  locate(row: number | 'header', column: number): Location;
  /** A table of the same columns from further records of the file. */
  next(records: readonly CsvRecord[]): CsvTable;
}

/** @throws TuneError DATA_INVALID for broken quoting, unequal rows, doubtful column names, or no rows at all */
export function readTable(file: DataFile, format: CsvFormat): CsvTable {
  const locate = createLocator(file.path, format.delimiter, line => lineOf(file.bytes, line));
  return beginTable(file.path, parseRecords(file, format), format, locate);
}

/** A table from the first records of a file: with the header, where it has one. */
export function beginTable(file: string, records: readonly CsvRecord[], format: CsvFormat, locate: Locate): CsvTable {
  const { header } = format;
  const [first] = records;
  const rows = header ? records.slice(1) : records;
  if (rows.length === 0)
    throw new TuneError('DATA_INVALID', {
      message: first ? 'the file has a header, but no rows' : 'the file has no rows',
      where: { file },
      ...(first && { hint: 'if the first line is data: "header": false' }),
    });
  const columns = header
    ? namesIn(first!, column => locate(first!, column))
    : first!.cells.map((_, index) => `c${index + 1}`);
  const [row] = rows;
  // A first row that differs speaks against the header, not against each of the rows.
  if (row!.cells.length !== columns.length)
    throw new TuneError('DATA_INVALID', {
      ...unequalRow(row!, columns.length, header, locate),
      hint: 'if the line before is no header: "skipRows": 1; if that leaves only data: "header": false',
    });
  return tableOf({ file, columns, first: first!, header, locate }, rows);
}

interface Head {
  readonly file: string;
  readonly columns: readonly string[];
  /** The record of the names, or else the first row. */
  readonly first: CsvRecord;
  readonly header: boolean;
  readonly locate: Locate;
}

function tableOf(head: Head, rows: readonly CsvRecord[]): CsvTable {
  const { file, columns, first, header, locate } = head;
  const problems = createProblemList();
  for (const row of rows)
    if (row.cells.length !== columns.length) problems.add(() => unequalRow(row, columns.length, header, locate));
  problems.refuse();
  return {
    file,
    columns,
    rows: rows.map(({ cells }) => cells),
    locate: (row, column) => locate(row === 'header' ? first : rows[row]!, column),
    next: more => tableOf(head, more),
  };
}

function unequalRow(row: CsvRecord, width: number, header: boolean, locate: Locate): Problem {
  return {
    message: `this row has ${count(row.cells.length)}`,
    where: locate(row, Math.min(row.cells.length - 1, width)),
    expected: `${count(width)}, as in the ${header ? 'header' : 'first row'}`,
  };
}

function parseRecords({ path, bytes }: DataFile, format: CsvFormat): CsvRecord[] {
  const { skipRows } = format;
  const records: CsvRecord[] = [];
  try {
    parse(bytes.subarray(startOfLine(bytes, skipRows)), {
      ...parserOptions(format),
      on_record(cells: string[], { lines }) {
        records.push({ cells, lastLine: lines + skipRows });
        return null;
      },
    });
  } catch (error) {
    throw brokenQuoting(error, path, format, records.at(-1)?.lastLine, line => lineOf(bytes, line));
  }
  return records;
}

export function parserOptions({ delimiter }: CsvFormat) {
  return { bom: true, delimiter, relax_column_count: true, skip_empty_lines: true, trim: true } as const;
}

/**
 * What csv-parse found, as an error of the file.
 * @param lastLine of the last good record
 */
export function brokenQuoting(
  error: unknown,
  file: string,
  { delimiter, skipRows }: CsvFormat,
  lastLine = skipRows,
  textOf?: (line: number) => string,
): unknown {
  if (!(error instanceof CsvError)) return error;
  // csv-parse notices an open quote at the end of the file; it opened in the row after the last good one.
  const isOpen = error.code === 'CSV_QUOTE_NOT_CLOSED' || error.code === 'CSV_MAX_RECORD_SIZE';
  const line = isOpen ? lastLine + 1 : Number(error['lines']) + skipRows;
  const problem = {
    message: isOpen ? 'a quote opens in this row and never closes' : messageOf(error).replace(/ at line \d+/, ''),
    where: { file, line, column: 1, ...(textOf && { source: textOf(line) }) },
    expected: `double quotes around cells that hold a quote, a line break or ${JSON.stringify(delimiter)}`,
  };
  return new TuneError('DATA_INVALID', problem, { cause: error });
}

function namesIn({ cells }: CsvRecord, locate: (column: number) => Location): readonly string[] {
  const problems = createProblemList();
  cells.forEach((name, column) => {
    if (cells.indexOf(name) < column)
      problems.add(() => ({
        message: `the header names two columns "${name}"`,
        where: locate(column),
        hint: 'if this line is data: "header": false',
      }));
  });
  problems.refuse();
  return cells;
}

function count(cells: number): string {
  return cells === 1 ? '1 column' : `${cells} columns`;
}
