/** What a night has to do: which space files there are, which studies go on, and how they share its time. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, TuneError } from '../errors.ts';
import { pastOf } from '../report/nights.ts';
import type { Report } from '../report/report.ts';
import { latestReport, type StoredReport } from '../report/write.ts';
import { isRecord } from '../space/json.ts';
import { openTables } from '../storage/postgres/migrations.ts';
import type { TuneFile } from './sections.ts';
import { isUnfinished, readStoredStudy, type StoredStudy } from './stored-study.ts';
import { inDatabase, placeOf, type StudyPlace } from './study-place.ts';
import { readTarget } from './target.ts';

/** A study of the night. */
export interface Planned {
  readonly path: string;
  readonly name: string;
  readonly budget: TuneFile['budget'];
  /** Whether the last night was cut off: then it goes on. */
  readonly goesOn: boolean;
  /** The last night that found anything. */
  readonly previous?: Report | undefined;
  /** What it came to, where it was done before in the same night. */
  readonly done?: StoredReport | undefined;
}

export interface InvalidFile {
  readonly path: string;
  readonly error: unknown;
}

export interface PlanOptions {
  /** Address of the database that has the studies. Default: their journals are beside their reports. */
  readonly storage?: string | undefined;
  /** When the night began. */
  readonly since: Date;
}

/**
 * Those that were cut off come first.
 * @throws TuneError FILE_UNREADABLE or USAGE for a folder without space files, STORAGE_FAILED for a database that cannot be used
 */
export async function planNight(
  folder: string,
  reports: string,
  { storage, since }: PlanOptions,
): Promise<{ readonly planned: readonly Planned[]; readonly invalid: readonly InvalidFile[] }> {
  const paths = await spaceFiles(folder);
  const database = storage === undefined ? undefined : await openTables(storage);
  try {
    const planned: Planned[] = [];
    const invalid: InvalidFile[] = [];
    for (const path of paths) {
      const target = await readNew(path, planned).catch((error: unknown) => void invalid.push({ path, error }));
      if (!target) continue;
      const { name, budget } = target;
      const place = database ? inDatabase(database, reports, name) : placeOf(reports, name);
      const stored = await storedAt(place);
      const { previous } = await pastOf(place.folder);
      const isOver = stored !== undefined && !isUnfinished(stored);
      planned.push({
        path,
        name,
        budget,
        previous,
        goesOn: stored !== undefined && (database && !stored.report ? wasBegun(stored, since) : !isOver),
        done: isOver && new Date(stored.report!.run.startedAt) >= since ? await latestReport(place.folder) : undefined,
      });
    }
    return { planned: planned.toSorted((a, b) => Number(b.goesOn) - Number(a.goesOn)), invalid };
  } finally {
    await database?.close();
  }
}

/** @throws TuneError SPACE_INVALID, also where the study is planned already */
async function readNew(path: string, planned: readonly Planned[]): Promise<TuneFile> {
  const target = await readTarget(path, {});
  const twin = planned.find(({ name }) => name === target.name);
  if (twin) throw new TuneError('SPACE_INVALID', `${path}: the study "${target.name}" is that of ${twin.path} already`);
  return target;
}

/** Undefined where there is none, or nothing in its journal can be used: then the study begins. */
async function storedAt(place: StudyPlace): Promise<StoredStudy | undefined> {
  return readStoredStudy(place).catch((error: unknown) => {
    // A study that a database does not give out may well be there.
    const isThere =
      place.source.journal === undefined && !(error instanceof TuneError && error.code === 'STUDY_UNKNOWN');
    if (isThere) throw error;
    return undefined;
  });
}

/** Of a study whose reports another machine has: whether it was begun this night, or has trials that have not ended. */
function wasBegun({ trials }: StoredStudy, since: Date): boolean {
  return trials.some(({ finishedAt, startedAt }) => finishedAt === undefined || new Date(startedAt) >= since);
}

/** Top-level keys that no other JSON file is likely to have. */
const telling = ['space', 'data', 'model', 'train', 'trainer', 'search', 'budget'];

/**
 * The JSON files of a folder that are space files, or are meant to be, by name.
 * @throws TuneError FILE_UNREADABLE or USAGE
 */
async function spaceFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new TuneError('FILE_UNREADABLE', { message: messageOf(error), where: { file: folder } }, { cause: error });
  });
  const found: string[] = [];
  for (const name of names.filter(name => name.endsWith('.json')).toSorted()) {
    const path = join(folder, name);
    const text = await readFile(path, 'utf8').catch(() => undefined);
    // What cannot be read is said when it is the study's turn.
    if (text === undefined || isMeantAsSpace(text)) found.push(path);
  }
  if (found.length > 0) return found;
  throw new TuneError('USAGE', { message: `no space file in ${folder}`, hint: '`tune init` writes one to start from' });
}

/** Of a text that does not parse, a key anywhere tells. */
export function isMeantAsSpace(text: string): boolean {
  try {
    const contents: unknown = JSON.parse(text);
    return isRecord(contents) && telling.some(key => isRecord(contents[key]) || (key === 'trainer' && key in contents));
  } catch {
    return telling.some(key => text.includes(`"${key}"`));
  }
}

export interface Share {
  /** Seconds that the search may take. */
  readonly search: number;
}

/**
 * What is left is shared by those that are left, so that what one does not need goes to the others. A part of each share is
 * kept for the trainings after the search.
 *
 * @param left seconds of the night
 * @param after seconds that these took last night; undefined where nobody knows
 * @param own seconds that the space file allows
 */
export function shareOf({
  left,
  studies,
  after,
  own = Infinity,
}: {
  readonly left: number;
  readonly studies: number;
  readonly after?: number | undefined;
  readonly own?: number | undefined;
}): Share {
  const whole = left / studies;
  const kept = after === undefined ? whole / 4 : Math.min(whole / 2, Math.max(whole / 20, 1.25 * after));
  return { search: Math.min(own, whole === Infinity ? Infinity : whole - kept) };
}

/** What the last night and the space file say of the seconds of a study. */
export function expectedOf(
  { budget, previous }: Planned,
  { confirmSeeds, slots }: { readonly confirmSeeds: number; readonly slots: number | undefined },
): Pick<Parameters<typeof shareOf>[0], 'after' | 'own'> {
  const runs = previous?.trials.filter(({ confirms }) => confirms !== undefined) ?? [];
  const seconds = runs.reduce((sum, run) => sum + (run.seconds ?? 0), 0);
  // Tonight two configurations are trained again: last night's best and the best of this one.
  const expected = runs.length === 0 ? undefined : (seconds / runs.length) * 2 * confirmSeeds;
  const atOnce = slots ?? previous?.run.slots ?? 1;
  return { own: budget.duration, after: expected === undefined ? undefined : expected / atOnce };
}
