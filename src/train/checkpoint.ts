/**
 * Weights on disk between the end of a trial and the export of the best one: a JSON header with names and shapes, then
 * float32 values.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { endianness } from 'node:os';
import { z } from 'zod';
import { TuneError } from '../errors.ts';
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
});

export async function writeCheckpoint(path: string, tensors: readonly NamedTensor[]): Promise<void> {
  const header: z.infer<typeof headerSchema> = {
    format: 'tfjs-tune/checkpoint/1',
    tensors: tensors.map(({ name, shape }) => ({ name, shape: [...shape] })),
  };
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  await mkdir(dirname(path), { recursive: true });
  await writeWhole(path, Buffer.concat([length, text, ...tensors.map(({ values }) => bytesOf(values))]));
}

/** @throws TuneError FILE_UNREADABLE when the file is missing, cut or of another kind */
export async function readCheckpoint(path: string): Promise<NamedTensor[]> {
  try {
    const bytes = await readFile(path);
    const headerEnd = 4 + bytes.readUInt32LE(0);
    const header = headerSchema.parse(JSON.parse(bytes.toString('utf8', 4, headerEnd)));
    let offset = headerEnd;
    const tensors = header.tensors.map(({ name, shape }) => {
      const size = sizeOf(shape);
      if (offset + 4 * size > bytes.length) throw new Error('the file ends early');
      const values = new Float32Array(size);
      bytesOf(values).set(bytes.subarray(offset, (offset += 4 * size)));
      return { name, shape, values };
    });
    return tensors;
  } catch (error) {
    throw new TuneError(
      'FILE_UNREADABLE',
      { message: 'no readable checkpoint', where: { file: path } },
      { cause: error },
    );
  }
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
