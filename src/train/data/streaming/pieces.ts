/** Files of any size, piece by piece. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { damagedGzip, isGzip, unreadable, withOpenFile } from '../read-file.ts';

const pieceSize = 2 ** 16;

/**
 * The bytes of a file in order, unpacked where they are gzipped.
 * @throws TuneError FILE_UNREADABLE, or DATA_INVALID for damaged gzip data
 */
export async function* readPieces(path: string): AsyncGenerator<Buffer> {
  const start = await withOpenFile(path, file => file.read(Buffer.alloc(2), 0, 2, 0));
  const isPacked = isGzip(start.buffer);
  const stored = createReadStream(path, { highWaterMark: pieceSize });
  const bytes = isPacked ? pipeline(stored, createGunzip({ chunkSize: pieceSize }), () => undefined) : stored;
  try {
    for await (const piece of bytes) yield piece as Buffer;
  } catch (error) {
    throw isPacked ? damagedGzip(path, error) : unreadable(path, error);
  } finally {
    stored.destroy();
  }
}
