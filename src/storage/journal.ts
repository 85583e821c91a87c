/**
 * A study in one append-only file, in the format of Optuna's JournalFileBackend: Optuna and its dashboard open it, and
 * what they add is read back. An event is acknowledged when the disk has it.
 */
import type { StudyState } from '../study/fold.ts';
import type { Storage } from '../study/ports.ts';
import { describeFlaws } from './damage.ts';
import { readContents, readJournal, type Contents } from './journal-contents.ts';
import { journalFile, prepareFile } from './journal-file.ts';
import { holderOf, lockOf, takeLock } from './lock.ts';
import { membersOf, refuseMembers } from './members.ts';

export { readJournal };

/**
 * Opens a journal for this process alone; creates it when there is none. A last line that a crash cut short is dropped;
 * damaged ones are moved to a file beside it.
 *
 * @param tell is told of them, once: then the journal is whole again. Default: a warning of the process.
 * @throws TuneError STUDY_IN_USE naming the process that has it open, or STORAGE_FAILED
 */
export async function openJournal(
  path: string,
  tell: (text: string) => void = text => process.emitWarning(text),
): Promise<Storage> {
  const unlock = await lockJournal(path);
  let file: Awaited<ReturnType<typeof prepareFile>> | undefined;
  try {
    const contents = await readContents(path, 'a+');
    file = await prepareFile(path, contents);
    if (contents.flaws.length > 0) tell(describeFlaws(path, contents.flaws));
    const { catchUp: _, close, ...journal } = await journalFile(path, file, contents);
    return { ...journal, close: () => close().finally(unlock) };
  } catch (error) {
    await file?.close();
    await unlock();
    throw error;
  }
}

/**
 * Takes a journal for this process alone, without opening it; the result gives it back.
 * @throws TuneError STUDY_IN_USE naming the process that has it open, or one that has joined it
 */
export async function lockJournal(path: string): Promise<() => Promise<void>> {
  const unlock = await takeLock(lockOf(path));
  try {
    await refuseMembers(path);
    return unlock;
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** The processes that have a journal open: the one that has it alone, or those that have joined it. Takes nothing. */
export async function usersOf(path: string): Promise<readonly number[]> {
  const holder = await holderOf(lockOf(path));
  return holder === undefined ? [...(await membersOf(path)).values()] : [holder];
}

export interface JournalState extends StudyState {
  /** Places where something damaged was left out, or is missing. */
  readonly flaws: number;
}

/**
 * What the events of a journal come to, without taking hold of it. Of a large one much faster than its events.
 * @throws TuneError FILE_UNREADABLE or STORAGE_FAILED
 */
export function readState(path: string): Promise<JournalState> {
  return stateReader(path)();
}

/** The same again and again, while others write: each time only what has come since is read, where nothing else is new. */
export function stateReader(path: string): () => Promise<JournalState> {
  let earlier: Contents | undefined;
  return async () => {
    const known = earlier;
    // What fails halfway is of no more use.
    earlier = undefined;
    const contents = await readContents(path, 'r', known);
    earlier = contents;
    const { trials, flaws } = contents;
    return { ...trials.state(), flaws: flaws.length };
  };
}
