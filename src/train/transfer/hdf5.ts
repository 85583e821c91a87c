/**
 * HDF5 files, by the HDF Group's own library as WebAssembly (h5wasm). It sees a copy of the file in its own memory and no
 * file system, so that a hostile file leads nowhere: links to other files and values kept in them do not resolve.
 */
import type { Dataset, Group } from 'h5wasm';
import { messageOf, TuneError } from '../../errors.ts';
import type { NamedTensor } from '../checkpoint.ts';
import { invalid } from '../data/number-file.ts';
import { halfToFloat } from '../half.ts';
import { sizeOf } from '../shape.ts';

export interface Hdf5Group {
  /** In alphabetical order, numbers by their value: layer_2 before layer_10. */
  readonly names: readonly string[];
  /** Undefined where there is none of that name; the path may lead through groups: "lstm/cell". */
  group(path: string): Hdf5Group | undefined;
  /** @returns undefined for whole numbers, which are no weights */
  tensor(path: string): NamedTensor | undefined;
  /** An attribute that is one or more texts. */
  texts(attribute: string): readonly string[] | undefined;
}

/**
 * @param path of the file, for messages
 * @throws TuneError DATA_INVALID for damaged files, and those that claim to hold more than they can
 */
export async function readHdf5<T>(path: string, bytes: Uint8Array, read: (root: Hdf5Group) => T): Promise<T> {
  // Loaded for those who need it: it takes a tenth of a second.
  const { File, ready } = await import('h5wasm');
  const library = await ready;
  // Without it the library prints errors and hands out uninitialized memory.
  library.activate_throwing_error_handler();
  const copy = `/${count++}.h5`;
  library.FS.writeFile(copy, bytes);
  try {
    const file = new File(copy, 'r');
    try {
      return read(createGroup(file, { library, path, left: bytes.length * largestRatio }));
    } finally {
      file.close();
    }
  } catch (error) {
    if (error instanceof TuneError) throw error;
    throw invalid(path, {
      message: `the HDF5 data does not read: ${reason(error)}`,
      expected: 'weights as Keras saves them',
    });
  } finally {
    library.FS.unlink(copy);
  }
}

let count = 0;

/** Weights hardly compress: what unpacks to more is made to fill the memory. */
const largestRatio = 16;

/** No group takes less room in a file. */
const leastGroup = 32;

/** Groups in groups: deeper ones come of links that lead back. */
const deepest = 40;

interface Reading {
  readonly library: Awaited<typeof import('h5wasm').ready>;
  readonly path: string;
  /** Bytes that the file may still turn out to hold: ends loops of links as well. */
  left: number;
}

function createGroup(group: Group, reading: Reading): Hdf5Group {
  spend(reading, leastGroup);
  if (group.path.split('/').length > deepest)
    throw invalid(reading.path, { message: `the HDF5 file has groups more than ${deepest} deep` });
  const names = group.keys();
  const known = new Set(names);
  const member = (name: string, type: string): unknown => {
    const entity = known.has(name) ? group.get(name) : undefined;
    return isType(entity, type) ? entity : undefined;
  };
  const inner = (path: string): Hdf5Group | undefined => {
    const [name, ...rest] = path.split('/');
    const found = member(name!, 'Group');
    const opened = found === undefined ? undefined : createGroup(found as Group, reading);
    return rest.length === 0 ? opened : opened?.group(rest.join('/'));
  };
  return {
    names: names.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })),
    group: inner,
    tensor(path) {
      const [name, ...rest] = path.split('/');
      if (rest.length > 0) {
        const opened = inner(name!);
        if (opened) return opened.tensor(rest.join('/'));
      }
      const found = member(path, 'Dataset');
      if (found === undefined)
        throw invalid(reading.path, { message: `there is no tensor "${path}" in ${group.path}` });
      return readTensor(path, found as Dataset, reading);
    },
    texts(attribute) {
      const value = Object.hasOwn(group.attrs, attribute) ? group.attrs[attribute]!.value : undefined;
      const list = typeof value === 'string' ? [value] : value;
      return Array.isArray(list) && list.every(text => typeof text === 'string') ? list : undefined;
    },
  };
}

/** The classes of the library are not known before it is loaded; its entities tell what they are. */
function isType(entity: unknown, type: string): boolean {
  return (entity as { readonly type?: unknown } | null | undefined)?.type === type;
}

const integer = 0;
const floating = 1;
const enumeration = 8; // flags

function readTensor(name: string, dataset: Dataset, reading: Reading): NamedTensor | undefined {
  const { type, size, shape } = dataset.metadata;
  if (type === integer || type === enumeration) return undefined;
  if (type !== floating || shape === null || ![2, 4, 8].includes(size))
    throw invalid(reading.path, {
      message: `the tensor ${dataset.path} is of a type that is not known here`,
      expected: 'floating point numbers of 16, 32 or 64 bits',
    });
  spend(reading, sizeOf(shape) * size);
  const values = size === 2 ? readHalves(dataset, reading) : numbersOf(dataset.value);
  return { name: name.replace(/:0$/, ''), shape: [...shape], values };
}

function numbersOf(value: unknown): Float32Array {
  return value instanceof Float32Array
    ? value
    : Float32Array.from(typeof value === 'number' ? [value] : (value as Float64Array));
}

/** The library itself knows 16 bits only where JavaScript does, from Node 24 on. */
function readHalves(dataset: Dataset, { library }: Reading): Float32Array {
  const { shape, littleEndian } = dataset.metadata;
  const length = 2 * sizeOf(shape!);
  const at = library._malloc(Math.max(1, length));
  try {
    library.get_dataset_data(dataset.file_id, dataset.path, null, null, null, BigInt(at));
    const view = new DataView(library.HEAPU8.slice(at, at + length).buffer);
    return Float32Array.from({ length: length / 2 }, (_, index) =>
      halfToFloat(view.getUint16(2 * index, littleEndian)),
    );
  } finally {
    library._free(at);
  }
}

function spend(reading: Reading, bytes: number): void {
  reading.left -= bytes;
  if (reading.left < 0)
    throw invalid(reading.path, { message: `the file claims to hold more than ${largestRatio} times its size` });
}

/** The last and innermost of the library's lines. */
function reason(error: unknown): string {
  const causes = [...messageOf(error).matchAll(/\(\): (.*)$/gm)];
  return causes.at(-1)?.[1] ?? messageOf(error);
}
