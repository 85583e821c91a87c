/** A study that happened elsewhere, as one of a folder of reports. */
import { lstat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { TuneError } from '../errors.ts';
import { journalText } from '../storage/journal-text.ts';
import { lockJournal } from '../storage/journal.ts';
import { storageFailed } from '../storage-failed.ts';
import type { StudyEvent } from '../study/events.ts';
import { writeWhole } from '../write-whole.ts';
import { makeFolder } from './make-folder.ts';
import type { JournalPlace } from './study-place.ts';

/**
 * All of it, or nothing.
 * @throws TuneError USAGE or STUDY_IN_USE where there is such a study, STORAGE_FAILED or DISK_FULL
 */
export async function putIntoFolder(
  { folder, journal }: Pick<JournalPlace, 'folder' | 'journal'>,
  events: readonly StudyEvent[],
): Promise<void> {
  await makeFolder(folder);
  const unlock = await lockJournal(journal);
  try {
    if (await lstat(journal).catch(() => undefined))
      throw new TuneError('USAGE', {
        message: `there is a study "${basename(folder)}" in ${dirname(folder)}`,
        hint: 'give another name',
      });
    await writeWhole(journal, journalText(events)).catch((error: unknown) => {
      throw storageFailed(journal, 'cannot write', error);
    });
  } finally {
    await unlock();
  }
}
