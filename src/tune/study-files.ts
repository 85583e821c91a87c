/** The files that a study reads, by their contents: what a worker on another machine needs to train any of its trials. */
import { readdir, stat } from 'node:fs/promises';
import { dirname, join, posix, relative, resolve } from 'node:path';
import { sha256Of } from '../artifacts/hashes.ts';
import { checkStudyFile, isAbsolute, plainPath, type StudyFile } from '../artifacts/study-file.ts';
import { byCodeUnit } from '../train/data/classes.ts';
import { unreadable } from '../train/data/read-file.ts';
import { namedPaths } from '../train/named-paths.ts';
import { listWeightsFiles } from '../train/transfer/read-weights.ts';
import type { TuneFile } from './sections.ts';

/**
 * Data, weights to start from and modules, of every configuration; not what the modules import.
 * @returns in the order of their paths
 * @throws TuneError FILE_UNREADABLE where one is missing
 */
export async function filesOf(file: TuneFile): Promise<readonly StudyFile[]> {
  const { folder, trainer } = file;
  const { data, weights } = namedPaths(file);
  const found: Found[] = trainer === undefined ? [] : [{ path: shownAs(trainer, file) }];
  for (const path of data) found.push(...(await filesAt(folder, path)));
  for (const path of weights) found.push(...(await weightsAt(folder, path)));
  // A file may be part of several folders: the widest is linked with all that is in it.
  const widest = found.toSorted((a, b) => (a.folder?.length ?? Infinity) - (b.folder?.length ?? Infinity));
  const files = new Map<string, StudyFile>();
  for (const { path, ...part } of widest) {
    if (files.has(path)) continue;
    const known = { path, ...part, ...(await contentsOf(resolve(folder, path))) };
    checkStudyFile(known);
    files.set(path, known);
  }
  return [...files.values()].toSorted((a, b) => byCodeUnit(a.path, b.path));
}

type Found = Pick<StudyFile, 'path' | 'folder'>;

/** All that is in a folder, as its loader sees it: hidden files are passed over. */
async function filesAt(start: string, named: string): Promise<readonly Found[]> {
  const path = plainPath(named);
  const list = async (inside: string): Promise<string[]> => {
    const place = join(resolve(start, path), inside);
    const info = await stat(place).catch((error: unknown) => {
      throw unreadable(place, error);
    });
    if (!info.isDirectory()) return [inside];
    const names = (await readdir(place)).filter(name => !name.startsWith('.'));
    return (await Promise.all(names.map(name => list(posix.join(inside, name))))).flat();
  };
  return (await list('')).map(inside => (inside === '' ? { path } : { path: posix.join(path, inside), folder: path }));
}

async function weightsAt(start: string, named: string): Promise<readonly Found[]> {
  const [model, ...others] = await listWeightsFiles(resolve(start, named));
  const shown = (place: string): string =>
    isAbsolute(plainPath(named)) ? plainPath(place) : plainPath(relative(start, place));
  if (others.length === 0) return [{ path: shown(model!) }];
  const folder = shown(dirname(model!));
  // The bytes of weights have to be beside model.json; with an absolute path they are where they are.
  return [model!, ...others].map(place => ({ path: shown(place), ...(!isAbsolute(folder) && { folder }) }));
}

/** The trainer's path, which is whole by now, as the file names it. */
function shownAs(trainer: string, { folder, written }: TuneFile): string {
  const { trainer: named } = written;
  return typeof named === 'string' && isAbsolute(plainPath(named))
    ? plainPath(named)
    : plainPath(relative(folder, trainer));
}

async function contentsOf(place: string): Promise<Pick<StudyFile, 'sha256' | 'bytes'>> {
  try {
    const { size } = await stat(place);
    return { sha256: await sha256Of(place), bytes: size };
  } catch (error) {
    throw unreadable(place, error);
  }
}
