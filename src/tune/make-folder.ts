import { mkdir } from 'node:fs/promises';
import { storageFailed } from '../storage-failed.ts';

/**
 * Makes the folder of a study, where it is not there yet.
 * @throws TuneError STORAGE_FAILED
 */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((error: unknown) => {
    throw storageFailed(path, 'cannot make the folder', error);
  });
}
