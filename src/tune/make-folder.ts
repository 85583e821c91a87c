/** The folder of a study. Whatever is written there stays there: neither it nor what is in it may be a link that leads away. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TuneError } from '../errors.ts';
import { storageFailed } from '../storage-failed.ts';
import { isWithin } from '../within.ts';
import { journalName } from './study-place.ts';

/**
 * Makes the folder of a study, where it is not there yet.
 * @throws TuneError STORAGE_FAILED
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await refuseLinks(path);
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw error instanceof TuneError ? error : storageFailed(path, 'cannot make the folder', error);
  }
}

/**
 * @param path of the folder of a study
 * @throws TuneError STORAGE_FAILED where a link leads out of the folder of all studies
 */
export async function refuseLinks(path: string): Promise<void> {
  const reports = dirname(path);
  for (const place of [path, ...[journalName, 'checkpoints'].map(name => join(path, name))])
    if (!(await isWithin(reports, place)))
      throw new TuneError('STORAGE_FAILED', {
        message: `this link leads out of ${reports}`,
        where: { file: place },
        hint: 'move here what it leads to, or keep all reports there with --reports',
      });
}
