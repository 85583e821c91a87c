/** IDX files, the format of MNIST: two zero bytes, element type, number of sides, the sides, the elements; big endian. */
import { firstBytes, invalid, type ElementName, type Layout } from './number-file.ts';
import type { DataFile } from './read-file.ts';

const types: Readonly<Record<number, ElementName>> = {
  0x08: 'u1',
  0x09: 'i1',
  0x0b: 'i2',
  0x0c: 'i4',
  0x0d: 'f4',
  0x0e: 'f8',
};

/**
 * What the header says; the first bytes of the file have all of it.
 * @throws TuneError DATA_INVALID
 */
export function idxLayout({ path, bytes }: DataFile): Layout {
  const element = types[bytes[2] ?? 0];
  const dimensions = bytes[3] ?? 0;
  if (bytes[0] !== 0 || bytes[1] !== 0 || element === undefined || dimensions === 0)
    throw invalid(path, {
      message: `this is no IDX file: it ${firstBytes(bytes, 4)}`,
      expected: '00 00, a type (08, 09, 0b, 0c, 0d or 0e) and the number of dimensions',
    });
  const offset = 4 + 4 * dimensions;
  if (bytes.length < offset)
    throw invalid(path, {
      message: `the file has ${bytes.length} bytes and is cut short`,
      expected: `a header of ${offset} bytes for ${dimensions} dimensions`,
    });
  const shape = Array.from({ length: dimensions }, (_, side) => bytes.readUInt32BE(4 + 4 * side));
  return { shape, element, isLittle: false, offset };
}
