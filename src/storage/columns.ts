/**
 * Lists of values that are alike, as columns of numbers: small, quick to load, and each value is made when it is wanted.
 * What comes back equals what was given, to the order of its keys.
 */

/** By row. What is neither a number, a list nor a record stays as it is. */
export type Column = Int32Array | Float64Array | readonly unknown[] | Lists | Records | Mixed;

interface Lists {
  /** Where each begins among the items, and where the last one ends. */
  readonly starts: Uint32Array;
  readonly items: Column;
}

interface Records {
  readonly keys: readonly string[];
  readonly columns: readonly Column[];
}

interface Mixed {
  /** By row: the column that has its value, and in which row. */
  readonly sources: Uint8Array;
  readonly rows: Uint32Array;
  readonly columns: readonly Column[];
}

type Kind = 'number' | 'list' | 'other' | readonly string[];

interface Group {
  readonly kind: Kind;
  readonly values: unknown[];
}

/** Values of more kinds than this are left as they are. */
const mostKinds = 255;

export function columnOf(values: readonly unknown[]): Column {
  const groups: Group[] = [];
  const sources = new Uint8Array(values.length);
  const rows = new Uint32Array(values.length);
  let source = 0;
  for (const [row, value] of values.entries()) {
    // Neighbours are mostly of one kind.
    if (!groups[source] || !isOf(value, groups[source]!.kind)) {
      source = groups.findIndex(({ kind }) => isOf(value, kind));
      if (source < 0) source = groups.push({ kind: kindOf(value), values: [] }) - 1;
      if (source === mostKinds) return values;
    }
    sources[row] = source;
    rows[row] = groups[source]!.values.push(value) - 1;
  }
  const columns = groups.map(columnOfKind);
  return columns.length === 1 ? columns[0]! : { sources, rows, columns };
}

function kindOf(value: unknown): Kind {
  if (typeof value === 'number') return 'number';
  if (Array.isArray(value)) return 'list';
  return isRecord(value) ? Object.keys(value) : 'other';
}

function isOf(value: unknown, kind: Kind): boolean {
  switch (kind) {
    case 'number':
      return typeof value === 'number';
    case 'list':
      return Array.isArray(value);
    case 'other':
      return typeof value !== 'number' && !Array.isArray(value) && !isRecord(value);
    default:
      return isRecord(value) && !Array.isArray(value) && hasKeys(value, kind);
  }
}

/** An assignment to `__proto__` would make another object. */
function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Object.hasOwn(value, '__proto__');
}

function hasKeys(value: Readonly<Record<string, unknown>>, keys: readonly string[]): boolean {
  let count = 0;
  for (const key in value) if (keys[count++] !== key) return false;
  return count === keys.length;
}

function columnOfKind({ kind, values }: Group): Column {
  if (kind === 'other') return values;
  if (kind === 'number') {
    const isWhole = values.every(value => Object.is((value as number) | 0, value));
    return isWhole ? Int32Array.from(values as number[]) : Float64Array.from(values as number[]);
  }
  if (kind !== 'list') {
    const records = values as readonly Readonly<Record<string, unknown>>[];
    return { keys: kind, columns: kind.map(key => columnOf(records.map(record => record[key]))) };
  }
  const lists = values as readonly (readonly unknown[])[];
  const starts = new Uint32Array(lists.length + 1);
  const items: unknown[] = [];
  for (const [row, list] of lists.entries()) {
    for (const item of list) items.push(item);
    starts[row + 1] = items.length;
  }
  return { starts, items: columnOf(items) };
}

/** Makes the value of a row. */
export function readerOf(column: Column): (row: number) => unknown {
  if (Array.isArray(column) || ArrayBuffer.isView(column)) return row => (column as ArrayLike<unknown>)[row];
  if ('sources' in column) {
    const { sources, rows } = column;
    const reads = column.columns.map(readerOf);
    return row => reads[sources[row]!]!(rows[row]!);
  }
  if ('starts' in column) {
    const { starts } = column;
    const read = readerOf(column.items);
    return row => {
      const items: unknown[] = [];
      for (let item = starts[row]!; item < starts[row + 1]!; item++) items.push(read(item));
      return items;
    };
  }
  const { keys } = column as Records;
  const reads = (column as Records).columns.map(readerOf);
  return row => {
    const record: Record<string, unknown> = {};
    for (const [index, key] of keys.entries()) record[key] = reads[index]!(row);
    return record;
  };
}
