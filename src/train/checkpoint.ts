/**
 * Tensors on disk: weights between the end of a trial and the export of the best one, and what a training needs to go on. A
 * JSON header with names, shapes and facts, then float32 values.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { endianness } from 'node:os';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { TuneError } from '../errors.ts';
import type { Json } from '../space/space.ts';
import { writeWhole } from '../write-whole.ts';
import { sizeOf } from './shape.ts';

export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Checked when it is read: transfer takes checkpoints from anywhere. */
const headerSchema = z.object({
  format: z.literal('tfjs-tune/checkpoint/1'),
  tensors: z.array(z.object({ name: z.string(), shape: z.array(z.int().min(0)) })),
  /** CRC-32 of the rest of the header and the values; older files have none. */
  crc: z.int().optional(),
  facts: z.json().optional(),
});

/** @param facts to keep with them; JSON values only */
export async function writeCheckpoint(path: string, tensors: readonly NamedTensor[], facts?: Json): Promise<void> {
  const values = tensors.map(tensor => bytesOf(tensor.values));
  const header = {
    format: 'tfjs-tune/checkpoint/1',
    tensors: tensors.map(({ name, shape }) => ({ name, shape })),
    ...(facts !== undefined && { facts }),
  };
  const text = Buffer.from(JSON.stringify({ ...header, crc: crcOf(header, values) }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  await mkdir(dirname(path), { recursive: true });
  await writeWhole(path, Buffer.concat([length, text, ...values]));
}

/** @throws TuneError FILE_UNREADABLE when the file is missing, cut, damaged or of another kind */
export async function readCheckpoint(path: string): Promise<NamedTensor[]> {
  return (await readWithFacts(path)).tensors;
}

/** The same, with the facts that were kept with them. */
export async function readWithFacts(path: string): Promise<{ readonly tensors: NamedTensor[]; readonly facts?: Json }> {
  try {
    const bytes = await readFile(path);
    const headerEnd = 4 + bytes.readUInt32LE(0);
    const stored: unknown = JSON.parse(bytes.toString('utf8', 4, headerEnd));
    const { data } = headerSchema.safeParse(stored);
    if (!data) throw new Error('the file is of another kind');
    const { crc, facts, ...header } = data;
    let offset = headerEnd;
    const tensors = header.tensors.map(({ name, shape }) => {
      const size = sizeOf(shape);
      if (offset + 4 * size > bytes.length) throw new Error('the file ends early');
      const values = new Float32Array(size);
      bytesOf(values).set(bytes.subarray(offset, (offset += 4 * size)));
      return { name, shape, values };
    });
    const { crc: _, ...others } = stored as z.infer<typeof headerSchema>;
    if (crc !== undefined && crc !== crcOf(others, [bytes.subarray(headerEnd, offset)]))
      throw new Error('the file is damaged');
    return { tensors, ...(facts !== undefined && { facts }) };
  } catch (error) {
    throw new TuneError(
      'FILE_UNREADABLE',
      { message: 'no readable checkpoint', where: { file: path } },
      { cause: error },
    );
  }
}

function crcOf(header: object, values: readonly Uint8Array[]): number {
  // Where nothing is there, not even an address, zlib starts anew.
  const some = values.filter(({ length }) => length > 0);
  return some.reduce((crc, bytes) => crc32(bytes, crc), crc32(JSON.stringify(header)));
}

/** SHA-256 over all values: equal for bit-identical weights only. */
export function hashWeights(tensors: readonly NamedTensor[]): string {
  const hash = createHash('sha256');
  for (const { values } of tensors) hash.update(bytesOf(values));
  return hash.digest('hex');
}

function bytesOf(values: Float32Array): Uint8Array {
  if (endianness() !== 'LE') throw new Error('checkpoints need a little-endian machine');
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
