/**
 * A journal that several processes have open. Each decision is made by one of them alone, which first reads what the others
 * have written; so they agree on everything, and none of them is special.
 */
import { TuneError } from '../errors.ts';
import type { Storage } from '../study/ports.ts';
import { describeFlaws } from './damage.ts';
import { readContents, type Contents } from './journal-contents.ts';
import { journalFile, prepareFile, type JournalFile } from './journal-file.ts';
import { lockOf, refuseHeld, takeLock, waitWhileInUse } from './lock.ts';
import { becomeMember, forgetDead, membersOf } from './members.ts';

/** Milliseconds between two looks at whether another process is done. */
const pause = 2;
/** Milliseconds after which one that does not end its turn is an error: it was stopped. */
const patience = 60_000;

/**
 * Opens a journal for this process and others that join it; creates it when there is none.
 *
 * @param tell is told of damaged lines, which the first process moves to a file beside it
 * @throws TuneError STUDY_IN_USE naming the process that has it open alone, or STORAGE_FAILED
 */
export async function joinJournal(path: string, tell: (text: string) => void): Promise<Storage> {
  const exclusively = async <T>(task: () => Promise<T>): Promise<T> => {
    const unlock = await waitWhileInUse(() => takeLock(`${path}.turn`), pause, patience);
    try {
      return await task();
    } finally {
      await unlock();
    }
  };
  // Members come one by one: whose file is not complete is dead.
  const { membership, journal } = await exclusively(async () => {
    const membership = await becomeMember(path);
    try {
      return { membership, journal: await open(path, tell) };
    } catch (error) {
      await membership.leave();
      throw error;
    }
  });
  const { catchUp, close, ...storage } = journal;
  return {
    ...storage,
    shared: {
      member: membership.id,
      members: async () => new Set((await membersOf(path)).keys()),
      inTurn: (learn, task) =>
        exclusively(async () => {
          await catchUp(learn);
          return task();
        }),
    },
    close: () => exclusively(close).finally(membership.leave),
  };
}

async function open(path: string, tell: (text: string) => void): Promise<JournalFile> {
  // Now that it is a member: of this process and one that opens the journal alone, at least one sees the other.
  await refuseHeld(lockOf(path));
  await forgetDead(path);
  const contents = await readContents(path, 'a+');
  await refuseOthers(path, contents);
  const file = await prepareFile(path, contents);
  try {
    if (contents.flaws.length > 0) tell(describeFlaws(path, contents.flaws));
    return await journalFile(path, file, contents);
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** To mend a journal is to exchange its file, which others have open. */
async function refuseOthers(path: string, { flaws, mended }: Contents): Promise<void> {
  if (flaws.length === 0 && !mended) return;
  if ((await membersOf(path)).size === 1) return;
  throw new TuneError('STORAGE_FAILED', {
    message: 'the journal is damaged, and other processes use it',
    where: { file: path },
    hint: 'end them; the next one to open the study mends it',
  });
}
