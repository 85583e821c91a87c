/** NPY files, versions 1 to 3: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
import { elementNames, firstBytes, invalid, type Layout } from './number-file.ts';
import type { DataFile } from './read-file.ts';

const magic = '\x93NUMPY';

/** The header is a Python literal; one of numbers has exactly these three keys. */
const keys = {
  descr: /'descr':\s*'([<>|=])([a-z]\d+)'/,
  fortranOrder: /'fortran_order':\s*(True|False)/,
  shape: /'shape':\s*\(((?:\d+,\s*)*\d*)\)/,
};

/**
 * What the header says; the first megabyte of the file has all of it.
 * @throws TuneError DATA_INVALID
 */
export function npyLayout({ path, bytes }: DataFile): Layout {
  if (bytes.toString('latin1', 0, 6) !== magic)
    throw invalid(path, {
      message: `this is no NPY file: it ${firstBytes(bytes, 6)}`,
      expected: '93 4e 55 4d 50 59, as numpy.save writes',
    });
  const { text, offset } = headerOf(path, bytes);
  const descr = keys.descr.exec(text);
  const fortranOrder = keys.fortranOrder.exec(text)?.[1];
  const shape = keys.shape.exec(text)?.[1];
  const element = elementNames.find(name => name === descr?.[2]);
  if (descr && !element) throw unknownElement(path, descr[2]!);
  if (!descr || !element || fortranOrder === undefined || shape === undefined || !/^\{.*\}\s*$/.test(text))
    throw invalid(path, {
      message: `the header is ${text.trim().slice(0, 200)}`,
      expected: "{'descr': '<f4', 'fortran_order': False, 'shape': (100, 8), }, an array of plain numbers",
    });
  if (fortranOrder === 'True')
    throw invalid(path, {
      message: 'the array is stored column by column ("fortran_order": True)',
      expected: 'row by row',
      hint: 'save it with numpy.save(file, numpy.ascontiguousarray(array))',
    });
  return {
    shape: shape
      .split(',')
      .filter(side => side.trim() !== '')
      .map(Number),
    element,
    isLittle: descr[1] !== '>',
    offset,
  };
}

/** Version 1 has 16 bits for the header's length, the later ones 32. */
function headerOf(path: string, bytes: Buffer): { readonly text: string; readonly offset: number } {
  const version = bytes[6] ?? 0;
  if (version < 1 || version > 3)
    throw invalid(path, { message: `NPY version ${version}`, expected: 'version 1, 2 or 3' });
  const start = version === 1 ? 10 : 12;
  if (bytes.length < start) throw cut(path, bytes.length, start);
  const offset = start + (version === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8));
  if (bytes.length < offset) throw cut(path, bytes.length, offset);
  return { text: bytes.toString('utf8', start, offset), offset };
}

function cut(path: string, length: number, header: number) {
  return invalid(path, {
    message: `the file has ${length} bytes and is cut short`,
    expected: `a header of ${header} bytes`,
  });
}

function unknownElement(path: string, element: string) {
  return invalid(path, {
    message: `elements of type "${element}"`,
    expected: `one of ${elementNames.join(', ')}`,
    hint: 'convert them with array.astype("float32")',
  });
}
