/** Where a study is: reports/<name>/ with its journal. */
import { join } from 'node:path';

export const journalName = 'journal.log';

export interface StudyPlace {
  readonly name: string;
  readonly folder: string;
  readonly journal: string;
}

export function placeOf(reports: string, name: string): StudyPlace {
  const folder = join(reports, name);
  return { name, folder, journal: join(folder, journalName) };
}
