/** What tells one dataset from another: SHA-256 over the contents of its files, or over what generates it. */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { byCodeUnit } from './classes.ts';
import { sourceLoader, type DataSection } from './section.ts';

/**
 * Wherever the files are; the names in a folder count, since they are classes.
 * @param folder where relative paths start
 * @throws what the system says of a file that cannot be read
 */
export async function dataHash(section: DataSection, folder: string, seed: number): Promise<string> {
  const { loader, knobs } = sourceLoader(section);
  const hash = createHash('sha256');
  const files = (loader.files?.(knobs) ?? []).filter(file => file !== undefined);
  if (files.length === 0) hash.update(JSON.stringify([loader.name, knobs, seed]));
  for (const file of files) await addPath(hash, resolve(folder, file));
  return hash.digest('hex');
}

async function addPath(hash: Hash, path: string): Promise<void> {
  const info = await stat(path);
  if (info.isFile()) {
    // Where one file ends and the next begins is part of it.
    hash.update(`${info.size}\n`);
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    return;
  }
  if (!info.isDirectory()) return;
  const names = (await readdir(path)).filter(name => !name.startsWith('.')).toSorted(byCodeUnit);
  for (const name of names) {
    hash.update(`${JSON.stringify(name)}\n`);
    await addPath(hash, join(path, name));
  }
}
