/** Files too large for memory that are there as a whole or not at all, whenever the process ends. */
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** @param temporary a path on the same disk that nobody else writes to */
export async function streamWhole(source: Readable, temporary: string, path: string): Promise<void> {
  try {
    await pipeline(source, createWriteStream(temporary, { flags: 'wx', flush: true }));
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
