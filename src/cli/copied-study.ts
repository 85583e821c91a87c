/** What `tune copy` does, and says of it. */
import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { TuneError } from '../errors.ts';
import { countStates } from '../report/trial-states.ts';
import { countTrials } from '../report/wording.ts';
import { show } from '../space/json.ts';
import { isStudyName } from '../space/space-file.ts';
import { isDatabaseAddress } from '../storage/postgres/address.ts';
import { databaseSource } from '../storage/postgres/source.ts';
import { putIntoDatabase } from '../storage/postgres/studies.ts';
import { journalSource } from '../storage/study-source.ts';
import type { StudyEvent } from '../study/events.ts';
import { fold } from '../study/fold.ts';
import { movedStudy } from '../tune/moved-study.ts';
import { putIntoFolder } from '../tune/put-study.ts';
import { journalName, placeOf, type JournalPlace, type StudyPlace } from '../tune/study-place.ts';
import { printable } from '../text.ts';
import type { CopyOptions } from './copy.ts';
import { fileLines } from './files.ts';
import type { Shown } from './shown.ts';
import { say } from './streams.ts';
import { findStudy, flawsText, studyNames } from './studies.ts';
import { withTables } from './with-database.ts';

/** A study as it was when it was read. */
interface Original {
  readonly place: StudyPlace;
  readonly events: readonly StudyEvent[];
}

/** @throws TuneError USAGE, STUDY_UNKNOWN, or what the storages say; nothing is written then */
export async function copyStudy(from: string, to: string, options: CopyOptions): Promise<Shown> {
  refuseIdle(from, to, options);
  const { place, events } = await readOriginal(from, to, options);
  const { name, files } = await write(place, events, to, options);
  const { trials } = fold(events);
  return {
    lines: [`${printable(name)}: ${trials.length} trials: ${countTrials(countStates(trials))}`, ...fileLines(files)],
    data: { study: name, from: place.source.shown, files, trials: { all: trials.length, ...countStates(trials) } },
  };
}

/** @throws TuneError USAGE for options that say nothing here */
function refuseIdle(from: string, to: string, { study, name }: CopyOptions): void {
  if (study !== undefined && !isDatabaseAddress(from))
    throw new TuneError('USAGE', '--study is a study of a database: leave it out, <from> names the study');
  if (name !== undefined && !isDatabaseAddress(to))
    throw new TuneError('USAGE', '--name is a name in a database: leave it out, <to> names the copy');
}

async function readOriginal(from: string, to: string, { reports, study }: CopyOptions): Promise<Original> {
  if (!isDatabaseAddress(from)) return read(await findJournal(from, reports));
  const name = study ?? (isDatabaseAddress(to) ? undefined : newPlace(to, reports).name);
  if (name === undefined)
    throw new TuneError('USAGE', { message: 'nothing says which study', expected: '--study <name>' });
  // By any name: what a fresh start has set aside is called as no folder is.
  return withTables(from, database =>
    read({ name, folder: join(reports, name), source: databaseSource(database, name) }),
  );
}

async function read(place: StudyPlace): Promise<Original> {
  const { name, source } = place;
  const [events, { flaws }, users] = await Promise.all([source.events(), source.state(), source.users()]);
  if (flaws > 0) say(flawsText(name, flaws));
  if (users.length > 0) say(`${name} is in use: what happens from now on is not in the copy`);
  return { place, events };
}

/** Of a study of the folder, or of any other journal. */
async function findJournal(target: string, reports: string): Promise<JournalPlace> {
  if ((await studyNames(reports)).includes(target)) return placeOf(reports, target);
  const found = await stat(target).catch(() => undefined);
  if (!found) return findStudy(reports, target);
  const path = resolve(target);
  if (found.isDirectory()) return placeOf(dirname(path), basename(path));
  const folder = dirname(path);
  const name = basename(path) === journalName ? basename(folder) : basename(path, extname(path));
  return { name, folder, journal: path, source: journalSource(path) };
}

/** @throws TuneError USAGE for what is no name of a study */
function newPlace(target: string, reports: string): JournalPlace {
  const isPath = /[/\\]/.test(target);
  const path = isPath ? resolve(target) : join(reports, target);
  const folder = basename(path) === journalName ? dirname(path) : path;
  return placeOf(dirname(folder), checkedName(basename(folder)));
}

async function write(
  place: StudyPlace,
  events: readonly StudyEvent[],
  to: string,
  { reports, name = place.name }: CopyOptions,
): Promise<{ readonly name: string; readonly files: Parameters<typeof fileLines>[0] }> {
  if (!isDatabaseAddress(to)) {
    const copy = newPlace(to, reports);
    await putIntoFolder(copy, movedStudy(events, place, copy));
    return { name: copy.name, files: { journal: copy.journal } };
  }
  const copy = { name: checkedName(name), folder: join(reports, name) };
  const moved = movedStudy(events, place, copy);
  const shown = await withTables(to, async database => {
    await putIntoDatabase(database, copy.name, randomUUID(), moved);
    return databaseSource(database, copy.name).shown;
  });
  return { name: copy.name, files: { database: shown } };
}

function checkedName(name: string): string {
  if (isStudyName(name)) return name;
  throw new TuneError('USAGE', {
    message: `${show(name)} is no name of a study`,
    expected: 'letters, digits, ".", "_" and "-", such as "digits-2"',
  });
}
