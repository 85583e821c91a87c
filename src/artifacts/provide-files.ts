/**
 * The data of a study on any machine: a folder in which the paths of the space file lead to the contents that the study was
 * started with. Links lead to where this machine has them; what it lacks is fetched once, into a cache.
 */
import { constants, copyFile, mkdir } from 'node:fs/promises';
import { join, posix, resolve } from 'node:path';
import { TuneError, type Problem } from '../errors.ts';
import { storageFailed } from '../storage-failed.ts';
import { formatBytes, formatCount } from '../text.ts';
import { atOnce } from './at-once.ts';
import { contentCache } from './content-cache.ts';
import { finder } from './find-files.ts';
import { rememberedHashes } from './hashes.ts';
import { linkedFolder, type Entry } from './linked-folder.ts';
import type { ArtifactStore } from './store.ts';
import {
  checkStudyFile,
  here,
  isAbsolute,
  isCode,
  isIn,
  keyOf,
  upsOf,
  withoutUps,
  type StudyFile,
} from './study-file.ts';
import { underWay } from './under-way.ts';

export interface Sources {
  /** Folders of this machine with data. */
  readonly roots: readonly string[];
  /** Folder of this machine for what is fetched, and for the links; made where it is missing. */
  readonly cache: string;
  readonly store?: ArtifactStore;
  readonly observe: (event: { readonly type: 'phase'; readonly text: string }) => void;
}

const fetchesAtOnce = 8;

/**
 * @returns the folder that stands for that of the space file
 * @throws TuneError FILE_UNREADABLE where a file is nowhere to be had, STORAGE_FAILED or DISK_FULL
 */
export async function provideFiles(files: readonly StudyFile[], sources: Sources): Promise<string> {
  files.forEach(checkStudyFile);
  const cache = resolve(sources.cache);
  try {
    await mkdir(cache, { recursive: true });
    const temporary = await underWay(cache);
    const hashes = await rememberedHashes(join(cache, 'hashes.json'));
    const targets = await locate(files, sources, {
      find: finder(sources.roots, hashes),
      cached: contentCache(cache, hashes, temporary),
    });
    const linked = files.filter(({ path }) => !isAbsolute(path));
    const start = Array<string>(Math.max(0, ...linked.map(({ path }) => upsOf(path))))
      .fill(here)
      .join('/');
    const entries = [...targets]
      .filter(([path]) => !isAbsolute(path))
      .map(([path, target]) => ({ place: posix.join(start, path), ...target }))
      .toSorted((a, b) => (a.place < b.place ? -1 : 1));
    const isSound = async (folder: string): Promise<boolean> => {
      for (const { path, sha256 } of linked)
        if ((await hashes.of(join(folder, start, path)).catch(() => undefined)) !== sha256) return false;
      return true;
    };
    const folder = await linkedFolder(join(cache, 'folders'), start, entries, isSound, temporary);
    await hashes.save();
    return join(folder, start);
  } catch (error) {
    throw error instanceof TuneError ? error : storageFailed(cache, 'cannot have the data of the study here', error);
  }
}

type Target = Omit<Entry, 'place'>;

interface Means {
  readonly find: ReturnType<typeof finder>;
  readonly cached: ReturnType<typeof contentCache>;
}

/** What each path leads to, or that of a folder with all its files. */
async function locate(files: readonly StudyFile[], sources: Sources, means: Means): Promise<Map<string, Target>> {
  const { roots, store, observe } = sources;
  observe({ type: 'phase', text: 'looking for the data' });
  const targets = new Map<string, Target>();
  const left = new Set(files);
  for (const folder of foldersOf(files)) {
    const inside = [...left].filter(({ path }) => isIn(folder, path));
    const found = inside.length === 0 ? undefined : await means.find.folder(folder, inside);
    if (found === undefined) continue;
    targets.set(folder, { target: found, as: 'name' });
    for (const file of inside) left.delete(file);
  }
  const missing = new Set<StudyFile>();
  await atOnce(fetchesAtOnce, [...left], async file => {
    const target = await targetOf(file, sources, means);
    if (target) targets.set(file.path, target);
    else missing.add(file);
  });
  if (missing.size > 0) {
    const inOrder = files.filter(file => missing.has(file));
    throw new TuneError('FILE_UNREADABLE', problemsOf(inOrder, roots, store));
  }
  return targets;
}

/** The widest first; without those that the space file is in. */
function foldersOf(files: readonly StudyFile[]): readonly string[] {
  const named = new Set(files.flatMap(({ folder }) => folder ?? []));
  return [...named].filter(folder => !['', '.'].includes(withoutUps(folder))).toSorted((a, b) => a.length - b.length);
}

async function targetOf(file: StudyFile, sources: Sources, { find, cached }: Means): Promise<Target | undefined> {
  const { path, folder, bytes } = file;
  const { store, observe } = sources;
  // A folder that is read as a whole would have more in it than its files, where it is not linked as a whole.
  const found = isAbsolute(path) && folder !== undefined ? undefined : await find.file(file);
  const isAlone = folder === undefined;
  if (found !== undefined && (isAlone || isCode(file))) return { target: resolve(found), as: 'name' };
  // Whoever can write to the database or the store must not be able to run programs on all workers.
  if (isCode(file) || isAbsolute(path)) return undefined;
  const fetch = async (place: string): Promise<boolean> => {
    if (!store) return false;
    observe({ type: 'phase', text: `fetching ${path}, ${formatBytes(bytes)}` });
    return store.get(keyOf(file), place);
  };
  const copy = (from: string) => (place: string) => copyFile(from, place, constants.COPYFILE_FICLONE).then(() => true);
  const kept =
    (await cached.find(file)) ??
    (found === undefined
      ? await cached.add(file, `${store?.name}/${keyOf(file)}`, fetch)
      : await cached.add(file, found, copy(found)));
  // Loaders of folders follow no link that leads out of them.
  return kept === undefined ? undefined : { target: kept, as: isAlone ? 'name' : 'file' };
}

const mostShown = 5;

function problemsOf(
  missing: readonly StudyFile[],
  roots: readonly string[],
  store: ArtifactStore | undefined,
): readonly Problem[] {
  const places = [...roots, ...(store ? [store.name] : [])].join(', ') || 'nowhere, as no data root is given';
  const shown = missing.slice(0, mostShown).map(file => ({
    message: `no such file with the SHA-256 ${file.sha256} (${formatBytes(file.bytes)}) is here; looked in ${places}`,
    where: { file: file.path },
    hint: adviceOn(file),
  }));
  const others = missing.length - shown.length;
  return others === 0 ? shown : [...shown, { message: `and ${formatCount(others)} more files` }];
}

function adviceOn(file: StudyFile): string {
  if (isAbsolute(file.path))
    return 'its path is absolute: it has to be at the same place here, in a data root (--data-root); or name it from the folder of the space file';
  if (isCode(file))
    return 'code is never fetched, so that nobody runs programs here by way of a database or a store: copy it into a data root (--data-root)';
  return 'copy it into a data root (--data-root), or start the run and the workers with the same --artifacts';
}
