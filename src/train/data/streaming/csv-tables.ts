/** A delimited text file of any size as one table after another. */
import { parse, type InfoRecord, type Options } from 'csv-parse';
import { createLocator, type CsvRecord } from '../csv-places.ts';
import { beginTable, brokenQuoting, parserOptions, type CsvFormat, type CsvTable } from '../csv-table.ts';
import { readPieces } from './pieces.ts';

/** Bytes of one row; an open quote would take in the rest of the file. */
const longestRow = 2 ** 24;

/** @throws TuneError FILE_UNREADABLE or DATA_INVALID, as readTable() does */
export async function* readTables(path: string, format: CsvFormat): AsyncGenerator<CsvTable> {
  const locate = createLocator(path, format.delimiter, (_, { raw }) => lastLineOf(raw!));
  let table: CsvTable | undefined;
  for await (const records of readRecords(path, format)) {
    table = table ? table.next(records) : beginTable(path, records, format, locate);
    yield table;
  }
}

/** The records that each piece of the file completes; two or more, as the header is checked against the first row. */
async function* readRecords(path: string, format: CsvFormat): AsyncGenerator<readonly CsvRecord[]> {
  const { skipRows } = format;
  let records: CsvRecord[] = [];
  let lastLine = skipRows;
  // The types do not know that "raw" changes what on_record gets.
  const take = (({ record, raw }: { record: string[]; raw: string }, { lines }: InfoRecord) => {
    lastLine = lines + skipRows;
    records.push({ cells: record, lastLine, raw });
    return null;
  }) as unknown as (record: string[], info: InfoRecord) => null;
  const parser = parse({
    ...parserOptions(format),
    raw: true,
    max_record_size: longestRow,
    on_record: take,
  } as Options);
  // It also comes through the callbacks.
  parser.on('error', () => undefined);
  const settled = (start: (done: (error?: Error | null) => void) => void): Promise<void> =>
    new Promise((resolve, reject) =>
      start(error => (error ? reject(brokenQuoting(error, path, format, lastLine)) : resolve())),
    );
  for await (const piece of skipLines(readPieces(path), skipRows)) {
    await settled(done => parser.write(piece, done));
    if (records.length < 2) continue;
    yield records;
    records = [];
  }
  await settled(done => parser.end(done));
  yield records;
}

async function* skipLines(pieces: AsyncIterable<Buffer>, lines: number): AsyncGenerator<Buffer> {
  let left = lines;
  for await (const piece of pieces) {
    let start = 0;
    for (; left > 0 && start < piece.length; left--) {
      const end = piece.indexOf('\n', start);
      start = end < 0 ? piece.length : end + 1;
      if (end < 0) break;
    }
    if (start < piece.length) yield piece.subarray(start);
  }
}

/** Blank lines before a record are part of its text. */
function lastLineOf(raw: string): string {
  return raw
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split(/\r\n|\n|\r/)
    .at(-1)!;
}
