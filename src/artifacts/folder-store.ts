/** Artifacts in a folder, on a disk that all machines share: each is a file whose path is its key. */
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { TuneError } from '../errors.ts';
import { storageFailed } from '../storage-failed.ts';
import { isWithin } from '../within.ts';
import { segmentsOf } from './key.ts';
import type { ArtifactStore } from './store.ts';
import { streamWhole } from './stream-whole.ts';
import { underWay } from './under-way.ts';

/**
 * @param folder that is made if need be, but not the one that it is in: it may be a disk that is not mounted
 * @throws TuneError STORAGE_FAILED or DISK_FULL
 */
export async function folderStore(folder: string): Promise<ArtifactStore> {
  const root = resolve(folder);
  const temporary = await guard(root, 'cannot keep artifacts here', async () => {
    await mkdir(root).catch(unless('EEXIST'));
    // Beside all keys, which begin with no dot.
    return underWay(root);
  });

  const placeOf = async (key: string): Promise<string> => {
    let place = root;
    for (const segment of segmentsOf(key)) {
      place = join(place, segment);
      if (await isWithin(root, place)) continue;
      const problem = { message: `a link leads out of ${root}`, where: { file: place }, hint: 'remove it' };
      throw new TuneError('STORAGE_FAILED', problem);
    }
    return place;
  };

  return {
    name: root,
    async has(key) {
      const place = await placeOf(key);
      const found = await guard(place, 'cannot look for the artifact', () => stat(place).catch(unless('ENOENT')));
      return found?.isFile() ?? false;
    },
    async put(key, file) {
      const place = await placeOf(key);
      await guard(place, 'cannot keep the artifact', async () => {
        await mkdir(dirname(place), { recursive: true });
        await streamWhole(createReadStream(file), temporary(), place);
      });
    },
    async get(key, file) {
      const place = await placeOf(key);
      const source = await guard(place, 'cannot read the artifact', () => open(place).catch(unless('ENOENT')));
      if (!source) return false;
      await guard(file, 'cannot write', () => streamWhole(source.createReadStream(), `${file}.${randomUUID()}`, file));
      return true;
    },
    async delete(keys) {
      for (const key of keys) {
        const place = await placeOf(key);
        await guard(place, 'cannot delete the artifact', () => rm(place, { force: true }));
      }
    },
    close: () => Promise.resolve(),
  };
}

/** Takes an error of one kind for nothing. */
function unless(code: string): (error: NodeJS.ErrnoException) => undefined {
  return error => {
    if (error.code !== code) throw error;
  };
}

async function guard<T>(place: string, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storageFailed(place, what, error);
  }
}
