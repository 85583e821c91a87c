/** A delimited text file as named columns of text, with the place of every cell. Quoting follows RFC 4180, by csv-parse. */
import { CsvError, parse } from 'csv-parse/sync';
import { messageOf, TuneError, type Location } from '../../errors.ts';
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
}

/** @throws TuneError DATA_INVALID for broken quoting, unequal rows, doubtful column names, or no rows at all */
export function readTable(file: DataFile, format: CsvFormat): CsvTable {
  const records = parseRecords(file, format);
  const locateIn = createLocator(file, format.delimiter);
  const rows = format.header ? records.slice(1) : records;
  if (rows.length === 0)
    throw new TuneError('DATA_INVALID', {
      message: records.length === 0 ? 'the file has no rows' : 'the file has a header, but no rows',
      where: { file: file.path },
      ...(records.length > 0 && { hint: 'if the first line is data: "header": false' }),
    });
  const columns = format.header
    ? namesIn(records[0]!, column => locateIn(records[0]!, column))
    : rows[0]!.cells.map((_, index) => `c${index + 1}`);
  refuseUnequalRows(rows, columns.length, format.header, locateIn);
  return {
    file: file.path,
    columns,
    rows: rows.map(({ cells }) => cells),
    locate: (row, column) => locateIn(row === 'header' ? records[0]! : rows[row]!, column),
  };
}

function parseRecords({ path, bytes }: DataFile, { delimiter, skipRows }: CsvFormat): CsvRecord[] {
  const records: CsvRecord[] = [];
  const broken = (error: unknown): TuneError => {
    if (!(error instanceof CsvError)) throw error;
    // csv-parse notices an open quote at the end of the file; it opened in the row after the last good one.
    const isOpen = error.code === 'CSV_QUOTE_NOT_CLOSED';
    const line = isOpen ? (records.at(-1)?.lastLine ?? skipRows) + 1 : Number(error['lines']) + skipRows;
    const problem = {
      message: isOpen ? 'a quote opens in this row and never closes' : messageOf(error).replace(/ at line \d+/, ''),
      where: { file: path, line, column: 1, source: lineOf(bytes, line) },
      expected: `double quotes around cells that hold a quote, a line break or ${JSON.stringify(delimiter)}`,
    };
    return new TuneError('DATA_INVALID', problem, { cause: error });
  };
  try {
    parse(bytes.subarray(startOfLine(bytes, skipRows)), {
      bom: true,
      delimiter,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      on_record(cells: string[], { lines }) {
        records.push({ cells, lastLine: lines + skipRows });
        return null;
      },
    });
  } catch (error) {
    throw broken(error);
  }
  return records;
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

function refuseUnequalRows(rows: readonly CsvRecord[], width: number, hasHeader: boolean, locate: Locate): void {
  const problems = createProblemList();
  const problem = (row: CsvRecord) => ({
    message: `this row has ${count(row.cells.length)}`,
    where: locate(row, Math.min(row.cells.length - 1, width)),
    expected: `${count(width)}, as in the ${hasHeader ? 'header' : 'first row'}`,
  });
  // A first row that differs speaks against the header, not against each of the rows.
  if (hasHeader && rows[0]!.cells.length !== width)
    throw new TuneError('DATA_INVALID', {
      ...problem(rows[0]!),
      hint: 'if the line before is no header: "skipRows": 1; if that leaves only data: "header": false',
    });
  for (const row of rows) if (row.cells.length !== width) problems.add(() => problem(row));
  problems.refuse();
}

function count(cells: number): string {
  return cells === 1 ? '1 column' : `${cells} columns`;
}
