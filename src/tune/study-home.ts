/** Where a study is kept while it runs, and who runs its trials: a journal and this machine, or a database and its workers. */
import { rename } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { liveSlots } from '../executors/postgres/workers.ts';
import { lockJournal, openJournal } from '../storage/journal.ts';
import { joinJournal } from '../storage/shared-journal.ts';
import { openTables } from '../storage/postgres/migrations.ts';
import { openDatabaseStorage, type DatabaseStorage } from '../storage/postgres/storage.ts';
import { setAsideInDatabase } from '../storage/postgres/studies.ts';
import type { Storage } from '../study/ports.ts';
import { steadyTime } from '../study/steady-time.ts';
import { farExecutor } from './far-work.ts';
import type { JournalPlace } from './study-place.ts';
import type { Observe, StudyExecutor, Work } from './work.ts';

export interface StudyHome {
  /** For people: the path of the journal, or the address of the database. */
  readonly files: { readonly journal: string } | { readonly database: string };
  /** Trials that run at once, at most, where nobody says how many. */
  readonly usual: number;
  /** How many can run as it is now. @param most of them */
  slots(most: number): Promise<number>;
  open(options: OpenOptions): Promise<Storage>;
  /** The time for the record, once it is open. */
  now(): Date;
  /**
   * Who runs the trials, once it is open.
   * @param most trials at once
   */
  start(work: Work, most: number): Promise<StudyExecutor>;
}

export interface OpenOptions {
  /** When the study starts over: an earlier one is kept under a name with this time, unless someone has it open. */
  readonly over: Date | undefined;
  /** Told of what was damaged, and is not any more. */
  readonly mended: (text: string) => void;
}

export function journalHome({ journal }: JournalPlace, isShared: boolean): StudyHome {
  return {
    files: { journal },
    usual: availableParallelism(),
    slots: most => Promise.resolve(most),
    async open({ over, mended }) {
      if (over) await setJournalAside(journal, over);
      return (isShared ? joinJournal : openJournal)(journal, mended);
    },
    now: steadyTime,
    start: ({ start }, most) => start(most),
  };
}

export interface DatabaseHomeOptions {
  readonly address: string;
  /** Where weights, backups and data are for all machines. */
  readonly artifacts: string | undefined;
  readonly observe: Observe;
}

/** @throws TuneError STORAGE_FAILED where the database cannot be used */
export async function databaseHome(
  name: string,
  { address, artifacts, observe }: DatabaseHomeOptions,
): Promise<StudyHome> {
  const notice = (text: string): void => observe({ type: 'notice', text });
  const database = await openTables(address, { name: `tune ${name}`, notice, supervise: true });
  const orClose = async <T>(task: Promise<T>): Promise<T> => {
    try {
      return await task;
    } catch (error) {
      await database.close();
      throw error;
    }
  };
  let storage: DatabaseStorage | undefined;
  return {
    files: { database: database.shown },
    usual: Infinity,
    slots: async most => Math.min(most, await liveSlots(database)),
    async open({ over }) {
      if (over) await orClose(setAsideInDatabase(database, name, `${name}@${stampOf(over)}`));
      const opened = await orClose(openDatabaseStorage(database, name));
      storage = opened;
      return { ...opened, close: () => opened.close().finally(() => database.close()) };
    },
    now: () => storage?.now() ?? steadyTime(),
    start: (work, most) => farExecutor(work, { database, storage: storage!, most, artifacts, observe }),
  };
}

async function setJournalAside(journal: string, at: Date): Promise<void> {
  // Nobody may be writing to it.
  const unlock = await lockJournal(journal);
  try {
    await rename(journal, journal.replace(/\.log$/, `.${stampOf(at)}.log`)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  } finally {
    await unlock();
  }
}

/** Names in the order of time. */
function stampOf(at: Date): string {
  return at.toISOString().replaceAll(':', '-');
}
