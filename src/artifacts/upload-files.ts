/** Puts the files of a study where workers find them. */
import { join } from 'node:path';
import { TuneError } from '../errors.ts';
import { atOnce } from './at-once.ts';
import { sha256Of } from './hashes.ts';
import { isAbsolute, isCode, keyOf, type StudyFile } from './study-file.ts';
import type { ArtifactStore } from './store.ts';

const putsAtOnce = 8;

/**
 * Those that are not there yet; no code, which is never fetched, and nothing with an absolute path, which has its place.
 * @param folder of the space file
 * @throws TuneError FILE_UNREADABLE where a file has changed, STORAGE_FAILED or DISK_FULL
 */
export async function uploadFiles(files: readonly StudyFile[], folder: string, store: ArtifactStore): Promise<void> {
  const fetched = files.filter(file => !isCode(file) && !isAbsolute(file.path));
  const byContents = new Map(fetched.map(file => [file.sha256, file]));
  await atOnce(putsAtOnce, [...byContents.values()], async file => {
    if (await store.has(keyOf(file))) return;
    const path = join(folder, file.path);
    if ((await sha256Of(path).catch(() => undefined)) !== file.sha256)
      throw new TuneError('FILE_UNREADABLE', {
        message: 'this file has changed since the study began',
        where: { file: path },
        hint: 'bring it back, or give the study another name',
      });
    await store.put(keyOf(file), path);
  });
}
