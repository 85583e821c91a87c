/** The studies of a folder of reports: their names, journals, trials and newest reports. Reads only, also while one runs. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TuneError } from '../errors.ts';
import { printable } from '../text.ts';
import type { Report } from '../report/report.ts';
import { latestReport } from '../report/write.ts';
import { suggest } from '../space/nearest.ts';
import { readState } from '../storage/journal.ts';
import { bestTrial } from '../study/best-trial.ts';
import type { StudyState } from '../study/fold.ts';
import type { Trial } from '../study/trial.ts';

export const journalName = 'journal.log';

export interface StudyPlace {
  readonly name: string;
  readonly folder: string;
  readonly journal: string;
}

export interface StoredStudy extends StudyPlace, StudyState {
  /** The complete trial that counts as the best. */
  readonly best?: Trial;
  /** Names of all parameters: those of the space, or else of the trials. */
  readonly parameters: readonly string[];
  /** Paths of what the study left behind. */
  readonly files: { readonly journal: string; readonly markdown?: string; readonly json?: string };
  /** The newest one. */
  readonly report?: Report;
  /** The newest model, and the trial that it is from. */
  readonly model?: { readonly path: string; readonly trial?: number };
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

export function placeOf(reports: string, name: string): StudyPlace {
  const folder = join(reports, name);
  return { name, folder, journal: join(folder, journalName) };
}

/** @throws TuneError STUDY_UNKNOWN with the nearest name */
export async function findStudy(reports: string, name: string): Promise<StudyPlace> {
  const names = await studyNames(reports);
  // Only names that were listed: a name such as ../x leads nowhere.
  if (names.includes(name)) return placeOf(reports, name);
  throw new TuneError('STUDY_UNKNOWN', { message: `no study "${name}" in ${reports}`, ...suggest(name, names) });
}

/** @throws TuneError STUDY_UNKNOWN, or STORAGE_FAILED for a journal that cannot be read */
export async function readStudy(reports: string, name: string): Promise<StoredStudy> {
  return readPlace(await findStudy(reports, name));
}

export async function readPlace(place: StudyPlace): Promise<StoredStudy> {
  const { flaws, ...state } = await readState(place.journal);
  if (flaws > 0) process.stderr.write(`${flawsText(place.name, flaws)}\n`);
  const { study, trials } = state;
  const latest = await latestReport(place.folder);
  const { model, ...written } = latest?.files ?? {};
  const reported = latest?.report.best?.trial;
  // Only the report knows what was tried again on purpose, and which trial is the best by its mean.
  const isCurrent = latest?.report.trials.length === trials.length && reported !== undefined;
  const best = isCurrent ? trials[reported] : study && bestTrial(trials, study.directions ?? study.direction);
  return {
    ...place,
    ...state,
    ...(best && { best }),
    parameters: study?.space.params.map(param => param.name) ?? namesIn(trials),
    files: { journal: place.journal, ...written },
    ...(latest && { report: latest.report }),
    ...(model !== undefined && { model: { path: model, ...(reported !== undefined && { trial: reported }) } }),
  };
}

function flawsText(name: string, flaws: number): string {
  const places = flaws === 1 ? 'one place' : `${flaws} places`;
  return `the journal of ${printable(name)} is damaged in ${places}, which are left out; \`tune verify\` names them`;
}

function namesIn(trials: readonly Trial[]): string[] {
  return [...new Set(trials.flatMap(({ config }) => Object.keys(config)))];
}
