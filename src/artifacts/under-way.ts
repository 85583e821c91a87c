/** Files on their way into a folder: in a folder of their own there, where nobody takes them for what they will be. */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const name = '.under-way';
/** Milliseconds after which nobody writes to such a file any more: its process was killed. */
const abandoned = 24 * 3600 * 1000;

/** @returns gives a new path at each call; what was abandoned there is gone */
export async function underWay(folder: string): Promise<() => string> {
  const own = join(folder, name);
  await mkdir(own, { recursive: true });
  for (const left of await readdir(own)) {
    const path = join(own, left);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
    if (Date.now() - mtimeMs > abandoned) await rm(path, { recursive: true, force: true });
  }
  return () => join(own, randomUUID());
}
