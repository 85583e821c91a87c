import { readFile } from 'node:fs/promises';

/** What a bench saved earlier; undefined when it never did. */
export async function readSaved(url) {
  try {
    return JSON.parse(await readFile(url, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
