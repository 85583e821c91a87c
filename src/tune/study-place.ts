/** Where a study is: what happened in a journal or in a database, and its reports in reports/<name>/. */
import { join } from 'node:path';
import type { Database } from '../storage/postgres/database.ts';
import { databaseSource } from '../storage/postgres/source.ts';
import { journalSource, type StudySource } from '../storage/study-source.ts';

export const journalName = 'journal.log';

export interface StudyPlace {
  readonly name: string;
  /** Of its reports. */
  readonly folder: string;
  readonly source: StudySource;
}

export interface JournalPlace extends StudyPlace {
  readonly journal: string;
}

/** Of a study whose journal lies beside its reports. */
export function placeOf(reports: string, name: string): JournalPlace {
  const folder = join(reports, name);
  const journal = join(folder, journalName);
  return { name, folder, journal, source: journalSource(journal) };
}

/** Of a study that a database has. */
export function inDatabase(database: Database, reports: string, name: string): StudyPlace {
  return { name, folder: join(reports, name), source: databaseSource(database, name) };
}
