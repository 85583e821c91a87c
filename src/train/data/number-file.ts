/** Arrays of numbers in binary files: their elements, big or little endian, as exact typed arrays. */
import { TuneError, type Problem } from '../../errors.ts';
import { sizeOf } from '../shape.ts';

export interface NumberFile {
  readonly path: string;
  /** At least one side, none of them 0; the first counts the examples. */
  readonly shape: readonly number[];
  readonly values: Uint8Array | Float32Array | Float64Array;
  /** Whether the elements are integers by their type. */
  readonly isWhole: boolean;
}

interface Element {
  readonly bytes: number;
  readonly read: (view: DataView, at: number, isLittle: boolean) => number;
  /** Holds each of the numbers exactly; 64-bit integers, above 2^53, to the nearest. */
  readonly Values: typeof Uint8Array | typeof Float32Array | typeof Float64Array;
}

/** By NumPy's names. */
const elements = {
  b1: { bytes: 1, read: (view, at) => view.getUint8(at), Values: Uint8Array },
  u1: { bytes: 1, read: (view, at) => view.getUint8(at), Values: Uint8Array },
  i1: { bytes: 1, read: (view, at) => view.getInt8(at), Values: Float32Array },
  u2: { bytes: 2, read: (view, at, isLittle) => view.getUint16(at, isLittle), Values: Float32Array },
  i2: { bytes: 2, read: (view, at, isLittle) => view.getInt16(at, isLittle), Values: Float32Array },
  u4: { bytes: 4, read: (view, at, isLittle) => view.getUint32(at, isLittle), Values: Float64Array },
  i4: { bytes: 4, read: (view, at, isLittle) => view.getInt32(at, isLittle), Values: Float64Array },
  u8: { bytes: 8, read: (view, at, isLittle) => Number(view.getBigUint64(at, isLittle)), Values: Float64Array },
  i8: { bytes: 8, read: (view, at, isLittle) => Number(view.getBigInt64(at, isLittle)), Values: Float64Array },
  f4: { bytes: 4, read: (view, at, isLittle) => view.getFloat32(at, isLittle), Values: Float32Array },
  f8: { bytes: 8, read: (view, at, isLittle) => view.getFloat64(at, isLittle), Values: Float64Array },
} satisfies Record<string, Element>;

export type ElementName = keyof typeof elements;

export const elementNames = Object.keys(elements) as readonly ElementName[];

export interface Layout {
  readonly shape: readonly number[];
  readonly element: ElementName;
  readonly isLittle: boolean;
  /** Where the elements start in the file. */
  readonly offset: number;
}

/** @throws TuneError DATA_INVALID when the file has no examples, or does not hold what its header says */
export function readElements(path: string, bytes: Buffer, layout: Layout): NumberFile {
  const { shape, element, offset } = layout;
  refuseNoExamples(path, shape);
  refuseOtherLength(path, bytes.length, layout);
  return { path, shape, values: decodeElements(bytes.subarray(offset), layout), isWhole: isWhole(element) };
}

export function refuseNoExamples(path: string, shape: readonly number[]): void {
  if (shape.length === 0)
    throw invalid(path, { message: 'the file holds a single number', expected: 'one per example' });
  if (shape.includes(0)) throw invalid(path, { message: `the file holds no numbers: its shape is ${sides(shape)}` });
}

/** @param length of the file in bytes */
export function refuseOtherLength(path: string, length: number, { shape, element, offset }: Layout): void {
  const each = bytesPerElement(element);
  const expected = offset + sizeOf(shape) * each;
  if (length === expected) return;
  throw invalid(path, {
    message: `the file has ${length} bytes${length < expected ? ' and is cut short' : ''}`,
    expected: `${expected} bytes: a header of ${offset} and ${sides(shape)} numbers of ${each}`,
  });
}

/** @param bytes of whole elements */
export function decodeElements(
  bytes: Buffer,
  { element, isLittle }: Pick<Layout, 'element' | 'isLittle'>,
): NumberFile['values'] {
  const { bytes: each, read, Values }: Element = elements[element];
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const values = new Values(bytes.length / each);
  for (let index = 0; index < values.length; index++) values[index] = read(view, index * each, isLittle);
  return values;
}

export function bytesPerElement(element: ElementName): number {
  return elements[element].bytes;
}

export function isWhole(element: ElementName): boolean {
  return !element.startsWith('f');
}

export function invalid(path: string, problem: Problem): TuneError {
  return new TuneError('DATA_INVALID', { ...problem, where: { file: path } });
}

/** "8000 x 28 x 28". */
export function sides(shape: readonly (number | string)[]): string {
  return shape.join(' x ');
}

/** The first bytes of a file, for those who know magic numbers. */
export function firstBytes(bytes: Buffer, count: number): string {
  return bytes.length === 0
    ? 'is empty'
    : `starts with the bytes ${bytes.toString('hex', 0, count).match(/../g)!.join(' ')}`;
}
