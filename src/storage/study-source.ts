/** Where the events of a study are, for those who look at it: a journal, or a database. */
import { stat } from 'node:fs/promises';
import type { StudyEvent } from '../study/events.ts';
import { readJournal, stateReader, usersOf, type JournalState } from './journal.ts';

/** A process that decides what a study tries next. */
export interface StudyUser {
  readonly pid: number;
  /** Absent: this machine. */
  readonly host?: string;
}

/** Takes nothing, and writes nothing. */
export interface StudySource {
  /** For people: a path, or the address of a database without its password. */
  readonly shown: string;
  /** Path of the journal, where it is one. */
  readonly journal?: string;
  /** What the events come to. Asked again, it reads only what has come since, where nothing else is new. */
  state(): Promise<JournalState>;
  /** All of them, in order. */
  events(): Promise<readonly StudyEvent[]>;
  users(): Promise<readonly StudyUser[]>;
  /** What is different whenever the study has gone on, or has begun anew. */
  mark(): Promise<string>;
}

export function journalSource(path: string): StudySource & { readonly journal: string } {
  return {
    shown: path,
    journal: path,
    state: stateReader(path),
    events: () => readJournal(path),
    users: async () => (await usersOf(path)).map(pid => ({ pid })),
    async mark() {
      const { ino, size, mtimeMs } = (await stat(path).catch(() => undefined)) ?? {};
      return [ino, size, mtimeMs].join();
    },
  };
}
