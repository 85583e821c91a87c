/**
 * Rows of tables in an SQLite file, by its documented format (sqlite.org/fileformat2.html): tables are B-trees of pages,
 * rows records in their leaves. Reads what is stored there; indexes, views and the log of an open database are not looked
 * at. Small enough to need no library, which would be of megabytes, or of Node 22.
 */

export type Cell = null | number | string | Buffer;
export type Row = Readonly<Record<string, Cell>>;

const magic = 'SQLite format 3\0';

export function isSqlite(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, magic.length) === magic;
}

/** @throws Error that says what is wrong with the file */
export function openSqlite(bytes: Buffer) {
  const size = bytes.length < 100 ? 0 : bytes.readUInt16BE(16);
  const pageSize = size === 1 ? 65_536 : size;
  const usable = pageSize - (bytes[20] ?? 0);
  if (pageSize < 512 || usable < 480) throw new Error('the header of the database is damaged');
  const encoding = bytes.readUInt32BE(56);
  if (encoding > 1) throw new Error('the database keeps text as UTF-16; only UTF-8 can be read');

  const pageAt = (number: number): Buffer => {
    const end = number * pageSize;
    if (number < 1 || end > bytes.length) throw new Error(`page ${number} of the database is missing`);
    return bytes.subarray(end - pageSize, end);
  };

  /** A row's bytes: some in its leaf, the rest in a chain of further pages. */
  const payloadAt = (page: Buffer, offset: number, length: number): Buffer => {
    const inLeaf = localBytes(length, usable);
    const parts = [page.subarray(offset, offset + inLeaf)];
    let next = inLeaf < length ? page.readUInt32BE(offset + inLeaf) : 0;
    for (let left = length - inLeaf; left > 0; left -= usable - 4) {
      const more = pageAt(next);
      parts.push(more.subarray(4, 4 + Math.min(left, usable - 4)));
      next = more.readUInt32BE(0);
    }
    return Buffer.concat(parts);
  };

  function* recordsFrom(root: number, seen = new Set<number>()): Generator<readonly [rowid: number, Cell[]]> {
    if (seen.has(root)) throw new Error(`page ${root} of the database is its own descendant`);
    seen.add(root);
    const page = pageAt(root);
    const start = root === 1 ? 100 : 0;
    const kind = page[start];
    if (kind !== leaf && kind !== interior) throw new Error(`page ${root} of the database holds no table`);
    const cells = start + (kind === leaf ? 8 : 12);
    for (let cell = 0; cell < page.readUInt16BE(start + 3); cell++) {
      const place = page.readUInt16BE(cells + 2 * cell);
      if (kind === interior) {
        yield* recordsFrom(page.readUInt32BE(place), seen);
      } else {
        const [length, afterLength] = readVarint(page, place);
        const [rowid, offset] = readVarint(page, afterLength);
        yield [rowid, readRecord(payloadAt(page, offset, length))];
      }
    }
    if (kind === interior) yield* recordsFrom(page.readUInt32BE(start + 8), seen);
  }

  const tables = new Map<string, { readonly root: number; readonly columns: readonly string[] }>();
  for (const [, [type, name, , root, sql]] of recordsFrom(1))
    if (type === 'table' && typeof root === 'number')
      tables.set(String(name), { root, columns: columnsOf(String(sql)) });

  return {
    /** All rows of a table; none where there is no such table. */
    *rows(name: string): Generator<Row> {
      const table = tables.get(name);
      if (!table) return;
      for (const [rowid, cells] of recordsFrom(table.root)) {
        // A key of whole numbers is stored as the row's own; columns that were added later lack in older rows.
        const valueAt = (index: number): Cell => (index === 0 ? (cells[0] ?? rowid) : (cells[index] ?? null));
        yield Object.fromEntries(table.columns.map((column, index) => [column, valueAt(index)]));
      }
    },
    has: (name: string): boolean => tables.has(name),
  };
}

const interior = 5;
const leaf = 13;

/** How much of a row its leaf holds. */
function localBytes(length: number, usable: number): number {
  if (length <= usable - 35) return length;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const fitting = least + ((length - least) % (usable - 4));
  return fitting <= usable - 35 ? fitting : least;
}

/** A whole number of one to nine bytes, and where what follows begins. */
function readVarint(bytes: Buffer, start: number): readonly [value: number, next: number] {
  let value = 0;
  for (let index = 0; index < 8; index++) {
    const byte = bytes.readUInt8(start + index);
    value = value * 128 + (byte & 127);
    if (byte < 128) return [value, start + index + 1];
  }
  return [value * 256 + bytes.readUInt8(start + 8), start + 9];
}

function readRecord(bytes: Buffer): Cell[] {
  const [end, first] = readVarint(bytes, 0);
  const cells: Cell[] = [];
  let place = end;
  for (let at = first; at < end;) {
    const [type, next] = readVarint(bytes, at);
    const length = type >= 12 ? Math.floor((type - 12) / 2) : (widths[type] ?? 0);
    if (place + length > bytes.length) throw new Error('a row of the database is cut short');
    cells.push(readCell(bytes.subarray(place, place + length), type));
    place += length;
    at = next;
  }
  return cells;
}

/** Bytes of numbers, by type. */
const widths = [0, 1, 2, 3, 4, 6, 8, 8];

function readCell(bytes: Buffer, type: number): Cell {
  if (type >= 12) return type % 2 === 0 ? bytes : bytes.toString();
  if (type === 0) return null;
  if (type === 7) return bytes.readDoubleBE(0);
  if (type === 6) return Number(bytes.readBigInt64BE(0));
  return type >= 8 ? type - 8 : bytes.readIntBE(0, bytes.length);
}

/** The columns of "CREATE TABLE t (a INTEGER, "b" VARCHAR(9), PRIMARY KEY (a))". */
function columnsOf(sql: string): readonly string[] {
  const parts: string[] = [''];
  let depth = 0;
  for (const character of sql.slice(sql.indexOf('(') + 1, sql.lastIndexOf(')'))) {
    depth += character === '(' ? 1 : character === ')' ? -1 : 0;
    if (character === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  const words = parts.map(part => /^\s*["`[]?(\w+)/.exec(part)?.[1] ?? '');
  return words.filter(word => !/^(primary|unique|foreign|check|constraint)$/i.test(word));
}
