/** Rows of a file of rows, in any order that reads it chunk by chunk; the next block is read while one is in use. */
import { open, type FileHandle } from 'node:fs/promises';
import type { Rng } from '../../../study/rng.ts';
import { concatenate } from '../numbers.ts';
import { bytesPerRow, rowTypes, type StreamedDataset } from './streamed.ts';

/** Parts of the file that are read at once, together one chunk: more of them shuffle better, larger ones read faster. */
const segmentsPerChunk = 16;

/** Rows that are in memory together, in the order in which they are used. */
export type Group = Int32Array;

/** Some rows of a data set. Valid until the next block is asked for. */
export interface Block {
  readonly size: number;
  /** Their numbers in the data set. */
  readonly rows: Int32Array;
  /** [size, ...inputShape], in shared memory. */
  readonly inputs: Float32Array | Uint8Array;
  /** [size, targetSize] */
  readonly targets: Float32Array | Int32Array;
}

/** The given rows from the beginning of the file to its end. */
export function inFileOrder(rows: Int32Array, data: StreamedDataset): readonly Group[] {
  const segments = bySegment(rows.toSorted(), data);
  return grouped(segments.filter(({ length }) => length > 0));
}

/**
 * The given rows in an order for one epoch: segments from all over the file in a chunk, their rows shuffled together. Where
 * one chunk holds them all, it is the order of an epoch in memory.
 */
export function shuffledByChunk(rows: Int32Array, data: StreamedDataset, rng: Rng): readonly Group[] {
  const segments = bySegment(rows, data).filter(({ length }) => length > 0);
  if (segments.length <= segmentsPerChunk) return [rng.shuffle(rows)];
  const order = rng.shuffle(Int32Array.from({ length: segments.length }, (_, index) => index));
  return grouped(Array.from(order, index => segments[index]!)).map(group => rng.shuffle(group));
}

/**
 * The rows of all groups, in blocks of whole minibatches but for the last one.
 * @throws Error of the file system
 */
export async function* readBlocks(
  data: StreamedDataset,
  groups: readonly Group[],
  batchSize: number,
): AsyncGenerator<Block> {
  const file = await open(data.rows.path);
  try {
    yield* ahead(fillBlocks(file, data, groups, batchSize));
  } finally {
    await file.close();
  }
}

function segmentRows(data: StreamedDataset): number {
  return Math.max(1, Math.floor(data.chunk / segmentsPerChunk / bytesPerRow(data)));
}

/** A counting sort, which keeps the order of rows within a segment. */
function bySegment(rows: Int32Array, data: StreamedDataset): readonly Int32Array[] {
  const length = segmentRows(data);
  const ends = new Int32Array(Math.ceil(data.size / length) + 1);
  for (const row of rows) ends[Math.floor(row / length) + 1]!++;
  for (let segment = 1; segment < ends.length; segment++) ends[segment]! += ends[segment - 1]!;
  const starts = ends.slice();
  const sorted = new Int32Array(rows.length);
  for (const row of rows) sorted[starts[Math.floor(row / length)]!++] = row;
  return Array.from({ length: ends.length - 1 }, (_, segment) => sorted.subarray(ends[segment], ends[segment + 1]));
}

function grouped(segments: readonly Int32Array[]): readonly Group[] {
  return Array.from({ length: Math.ceil(segments.length / segmentsPerChunk) }, (_, chunk) =>
    concatenate(Int32Array, segments.slice(chunk * segmentsPerChunk, (chunk + 1) * segmentsPerChunk)),
  );
}

/** Two blocks take turns: one is in use while the other is filled. */
async function* fillBlocks(
  file: FileHandle,
  data: StreamedDataset,
  groups: readonly Group[],
  batchSize: number,
): AsyncGenerator<Block> {
  const { targets, targetSize } = data;
  const [Inputs, Targets] = [
    rowTypes[data.rows.type],
    targets.constructor as new (shared: SharedArrayBuffer) => Int32Array,
  ];
  const rowBytes = bytesPerRow(data);
  const wanted = groups.reduce((sum, { length }) => sum + length, 0);
  const batches = Math.max(1, Math.floor(data.chunk / rowBytes / batchSize));
  const capacity = Math.min(wanted, batches * batchSize);
  const create = () => ({
    bytes: new Uint8Array(new SharedArrayBuffer(capacity * rowBytes)),
    rows: new Int32Array(capacity),
    targets: new Targets(new SharedArrayBuffer(capacity * targetSize * targets.BYTES_PER_ELEMENT)),
  });
  let [filling, other] = [create(), create()];
  let size = 0;
  const block = (): Block => ({
    size,
    rows: filling.rows.subarray(0, size),
    inputs: new Inputs(filling.bytes.buffer, 0, (size * rowBytes) / Inputs.BYTES_PER_ELEMENT),
    targets: filling.targets.subarray(0, size * targetSize),
  });
  const chunk = Buffer.alloc(Math.min(segmentsPerChunk * segmentRows(data), data.size) * rowBytes);
  for (const group of groups) {
    const placeOf = await readSegments(file, data, group, chunk);
    for (const row of group) {
      const place = placeOf(row);
      filling.rows[size] = row;
      filling.bytes.set(chunk.subarray(place * rowBytes, (place + 1) * rowBytes), size * rowBytes);
      filling.targets.set(targets.subarray(row * targetSize, (row + 1) * targetSize), size * targetSize);
      if (++size < capacity) continue;
      yield block();
      [filling, other] = [other, filling];
      size = 0;
    }
  }
  if (size > 0) yield block();
}

/** Reads the segments that the rows lie in, neighbours in one go; where in the chunk a row is then. */
async function readSegments(
  file: FileHandle,
  data: StreamedDataset,
  rows: Group,
  chunk: Buffer,
): Promise<(row: number) => number> {
  const length = segmentRows(data);
  const rowBytes = bytesPerRow(data);
  const segmentBytes = length * rowBytes;
  const segments = [...new Set(rows.map(row => Math.floor(row / length)))].toSorted((a, b) => a - b);
  for (let first = 0; first < segments.length;) {
    let last = first;
    while (segments[last + 1] === segments[last]! + 1) last++;
    const from = segments[first]! * segmentBytes;
    const to = Math.min((segments[last]! + 1) * segmentBytes, data.size * rowBytes);
    await readFully(file, chunk.subarray(first * segmentBytes, first * segmentBytes + to - from), from);
    first = last + 1;
  }
  const places = new Map(segments.map((segment, index) => [segment, index]));
  return row => places.get(Math.floor(row / length))! * length + (row % length);
}

async function readFully(file: FileHandle, target: Buffer, position: number): Promise<void> {
  for (let done = 0; done < target.length;) {
    const { bytesRead } = await file.read(target, done, target.length - done, position + done);
    if (bytesRead === 0) throw new Error('the file of rows is cut short');
    done += bytesRead;
  }
}

/** Asks for the next value before this one is used. */
async function* ahead<T>(source: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = source.next();
  try {
    for (let result = await next; !result.done; result = await next) {
      next = source.next();
      // Should it fail, it does so when its turn comes.
      next.catch(() => undefined);
      yield result.value;
    }
  } finally {
    await next.catch(() => undefined);
  }
}
