/** Data larger than memory: the inputs lie in a file of rows, the targets in memory. */
import { z } from 'zod';
import type { LabelledData } from '../dataset.ts';
import { sizeOf } from '../../shape.ts';

export interface StreamedDataset extends LabelledData {
  /** The inputs of all rows, one after the other, as this machine stores such numbers. */
  readonly rows: RowsFile;
  /** Bytes of inputs that are read at once; about three times as many are in memory. */
  readonly chunk: number;
}

export interface RowsFile {
  readonly path: string;
  readonly type: 'float32' | 'uint8';
}

/** What a loader turns into a file of rows. */
export interface RowSource {
  /** Absolute paths: as long as these files stay the same, they are read once. */
  readonly files: readonly string[];
  /**
   * Passes the inputs through, in order and all of one type, in constant memory.
   * @throws TuneError FILE_UNREADABLE, or DATA_INVALID with the place in the file
   */
  convert(write: WriteRows): Promise<LabelledData>;
}

export type WriteRows = (rows: Float32Array | Uint8Array) => Promise<void>;

interface RowType {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, start: number, length: number): Float32Array | Uint8Array;
}

export const rowTypes: Readonly<Record<RowsFile['type'], RowType>> = { float32: Float32Array, uint8: Uint8Array };

export function bytesPerRow({ inputShape, rows }: Pick<StreamedDataset, 'inputShape' | 'rows'>): number {
  return sizeOf(inputShape) * rowTypes[rows.type].BYTES_PER_ELEMENT;
}

const units = { KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30 } as const;
const size = /^(\d+(?:\.\d+)?)\s*(KB|MB|GB)$/;
const standardChunk = '64MB';

const chunkKnob = z
  .string()
  .regex(size)
  .meta({ title: 'a size such as "64MB"' })
  .default(standardChunk)
  .describe('bytes of inputs that are read at once; each trainer thread holds about three times as many');

/** Parsed to the bytes of a chunk; undefined: no streaming. */
export const streamingKnob = z
  .union([z.boolean(), z.strictObject({ chunk: chunkKnob })])
  .default(false)
  .transform(given => (given === false ? undefined : bytesOf(given === true ? standardChunk : given.chunk)))
  .describe('read the inputs from disk in every epoch, for csv, idx and npy files that are larger than memory');

function bytesOf(text: string): number {
  const [, count, unit] = size.exec(text)!;
  return Math.floor(Number(count) * units[unit as keyof typeof units]);
}
