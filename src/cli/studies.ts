/** The studies of a folder of reports, found by name. Reads only, also while one runs. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TuneError } from '../errors.ts';
import { printable } from '../text.ts';
import { suggest } from '../space/nearest.ts';
import { readStoredStudy, type StoredStudy } from '../tune/stored-study.ts';
import { journalName, placeOf, type JournalPlace, type StudyPlace } from '../tune/study-place.ts';

/** Those of a folder, or of a database. */
export interface Studies {
  /** For people: where they are. */
  readonly shown: string;
  /** By name. */
  all(): Promise<readonly StudyPlace[]>;
  /** @throws TuneError STUDY_UNKNOWN with the nearest name */
  find(name: string): Promise<StudyPlace>;
  /**
   * The only one, or the one that was run last.
   * @throws TuneError STUDY_UNKNOWN where there is none
   */
  latest(): Promise<StudyPlace>;
}

export function folderStudies(reports: string): Studies {
  return {
    shown: reports,
    all: async () => (await studyNames(reports)).map(name => placeOf(reports, name)),
    find: name => findStudy(reports, name),
    latest: () => latestStudy(reports),
  };
}

/** Names of the folders with a journal. */
export async function studyNames(reports: string): Promise<string[]> {
  const entries = await readdir(reports, { withFileTypes: true }).catch(() => []);
  const filesOf = (name: string) => readdir(join(reports, name), { withFileTypes: true }).catch(() => []);
  // No links, which lead anywhere.
  const isStudy = async (name: string): Promise<boolean> =>
    (await filesOf(name)).some(entry => entry.name === journalName && entry.isFile());
  const folders = entries.filter(entry => entry.isDirectory()).map(({ name }) => name);
  const found = await Promise.all(folders.map(isStudy));
  return folders.filter((_, index) => found[index]).toSorted();
}

/** @throws TuneError STUDY_UNKNOWN with the nearest name */
export async function findStudy(reports: string, name: string): Promise<JournalPlace> {
  const names = await studyNames(reports);
  // Only names that were listed: a name such as ../x leads nowhere.
  if (names.includes(name)) return placeOf(reports, name);
  throw new TuneError('STUDY_UNKNOWN', { message: `no study "${name}" in ${reports}`, ...suggest(name, names) });
}

async function latestStudy(reports: string): Promise<StudyPlace> {
  const places = (await studyNames(reports)).map(name => placeOf(reports, name));
  const times = await Promise.all(places.map(async ({ journal }) => (await stat(journal)).mtimeMs));
  const latest = places[times.indexOf(Math.max(...times))];
  if (latest) return latest;
  throw new TuneError('STUDY_UNKNOWN', `no study in ${reports}`);
}

/** @throws TuneError STUDY_UNKNOWN, or STORAGE_FAILED for a storage that cannot be read */
export async function readStudy(studies: Studies, name: string): Promise<StoredStudy> {
  return readPlace(await studies.find(name));
}

/** @param broken is told of the folders of newer reports that cannot be read */
export async function readPlace(place: StudyPlace, broken?: (folder: string) => void): Promise<StoredStudy> {
  const stored = await readStoredStudy(place, broken);
  if (stored.flaws > 0) process.stderr.write(`${flawsText(place.name, stored.flaws)}\n`);
  return stored;
}

export function flawsText(name: string, flaws: number): string {
  const places = flaws === 1 ? 'one place' : `${flaws} places`;
  return `the journal of ${printable(name)} is damaged in ${places}, which are left out; \`tune verify\` names them`;
}
