/** Lines of a delimited text file, and where its cells are. */
import type { Location } from '../../errors.ts';

/** A row of a table as it was read. */
export interface CsvRecord {
  readonly cells: readonly string[];
  /** Quoted cells may have line breaks: the line the record ends in, from 1. */
  readonly lastLine: number;
  /** Its text, where the file is not in memory. */
  readonly raw?: string;
}

export type Locate = (record: CsvRecord, column: number) => Location;

/**
 * Where the cells of a record are; in a record of several lines the column is left out.
 * @param textOf a line of the file, which is all of the record
 */
export function createLocator(
  file: string,
  delimiter: string,
  textOf: (line: number, record: CsvRecord) => string,
): Locate {
  return (record, column) => {
    const { cells, lastLine } = record;
    const breaks =
      cells
        .slice(column)
        .join('')
        .match(/\r\n|\n|\r/g)?.length ?? 0;
    const line = lastLine - breaks;
    if (cells.some(cell => /[\r\n]/.test(cell))) return { file, line };
    const source = textOf(line, record);
    return { file, line, source, ...span(source, delimiter, column) };
  };
}

/** The cell of a line as column (from 1) and length. */
function span(source: string, delimiter: string, cell: number): Pick<Location, 'column' | 'length'> {
  let start = 0;
  for (let passed = 0; passed < cell; passed++) start = endOfCell(source, delimiter, start) + 1;
  const text = source.slice(start, endOfCell(source, delimiter, start));
  const padding = text.length - text.trimStart().length;
  return { column: Math.min(start + padding, source.length) + 1, length: Math.max(1, text.trim().length) };
}

function endOfCell(source: string, delimiter: string, start: number): number {
  let isQuoted = false;
  for (let at = start; at < source.length; at++) {
    if (source[at] === '"') isQuoted = !isQuoted;
    else if (source[at] === delimiter && !isQuoted) return at;
  }
  return source.length;
}

/** Offset of the line after so many others. */
export function startOfLine(bytes: Buffer, skipped: number): number {
  let start = 0;
  for (let line = 0; line < skipped && start < bytes.length; line++) start = endOfLine(bytes, start) + 1;
  return start;
}

function endOfLine(bytes: Buffer, start: number): number {
  const end = bytes.indexOf('\n', start);
  return end < 0 ? bytes.length : end;
}

export function lineOf(bytes: Buffer, line: number): string {
  const start = startOfLine(bytes, line - 1);
  const text = bytes.toString('utf8', start, endOfLine(bytes, start));
  return text.replace(/^\uFEFF/, '').replace(/\r$/, '');
}
