/** The studies of a database, found by name; their reports are here, in the folder of reports. Reads only. */
import { TuneError } from '../errors.ts';
import { shellWord } from '../report/reproduce.ts';
import { isStudyName } from '../space/space-file.ts';
import type { Database } from '../storage/postgres/database.ts';
import { findInDatabase, latestInDatabase, namesInDatabase } from '../storage/postgres/studies.ts';
import { inDatabase, type StudyPlace } from '../tune/study-place.ts';
import type { Studies } from './studies.ts';

export function databaseStudies(database: Database, reports: string): Studies {
  const placeOf = (name: string): StudyPlace => inDatabase(database, reports, name);
  return {
    shown: database.shown,
    // Folders are called by them: without those that a fresh start has set aside, and what would lead elsewhere.
    all: async () => (await namesInDatabase(database)).filter(isStudyName).map(placeOf),
    async find(name) {
      await findInDatabase(database, name);
      if (isStudyName(name)) return placeOf(name);
      throw new TuneError('USAGE', {
        message: `the study "${name}" is set aside, and no folder can have its name`,
        hint: `give it one: tune copy <address> <name> --study ${shellWord(name)}`,
      });
    },
    async latest() {
      const name = (await latestInDatabase(database)).find(isStudyName);
      if (name !== undefined) return placeOf(name);
      throw new TuneError('STUDY_UNKNOWN', `no study in ${database.shown}`);
    },
  };
}
