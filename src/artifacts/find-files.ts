/** Looks on this machine for the files of a study: in data roots, where they have their name, by what is in them. */
import { readdir, stat } from 'node:fs/promises';
import { basename, join, posix } from 'node:path';
import { isWithin } from '../within.ts';
import type { Hashes } from './hashes.ts';
import { isAbsolute, withoutUps, type StudyFile } from './study-file.ts';

export interface Finder {
  /** Where a root has the same contents under the same path or the same name; an absolute path is its own only place. */
  file(file: StudyFile): Promise<string | undefined>;
  /** Where a root has a folder with these files and no others but hidden ones. */
  folder(folder: string, files: readonly StudyFile[]): Promise<string | undefined>;
}

export function finder(roots: readonly string[], hashes: Hashes): Finder {
  const isSame = async (place: string, { sha256, bytes }: StudyFile): Promise<boolean> => {
    try {
      const info = await stat(place);
      return info.isFile() && info.size === bytes && (await hashes.of(place)) === sha256;
    } catch {
      // What cannot be read is not there.
      return false;
    }
  };
  const placesOf = (path: string): readonly string[] =>
    roots.flatMap(root => [...new Set([withoutUps(path), basename(path)])].map(name => join(root, name)));
  return {
    async file(file) {
      const { path, folder } = file;
      const beside = folder === undefined ? [] : placesOf(folder).map(place => join(place, insideOf(folder, path)));
      const places = isAbsolute(path) ? await allowed(roots, path) : [...placesOf(path), ...beside];
      return firstThat(places, place => isSame(place, file));
    },
    folder(folder, files) {
      const wanted = new Map(files.map(file => [insideOf(folder, file.path), file]));
      return firstThat(placesOf(folder), async place => {
        const names = await namesIn(place);
        if (names?.length !== wanted.size || !names.every(name => wanted.has(name))) return false;
        for (const [name, file] of wanted) if (!(await isSame(join(place, name), file))) return false;
        return true;
      });
    },
  };
}

function insideOf(folder: string, path: string): string {
  return folder === '.' ? path : path.slice(folder.length + 1);
}

/** Databases may name any file of the machine: no other ones are read than those in its data roots. */
async function allowed(roots: readonly string[], path: string): Promise<readonly string[]> {
  const root = await firstThat(roots, each => isWithin(each, path).catch(() => false));
  return root === undefined ? [] : [path];
}

async function firstThat<T>(items: readonly T[], holds: (item: T) => Promise<boolean>): Promise<T | undefined> {
  for (const item of items) if (await holds(item)) return item;
  return undefined;
}

/** All files in a folder that are not hidden; undefined where it is none, or holds links to other places. */
async function namesIn(folder: string, inside = ''): Promise<readonly string[] | undefined> {
  const entries = await readdir(join(folder, inside), { withFileTypes: true }).catch(() => undefined);
  if (!entries) return undefined;
  const names: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const name = posix.join(inside, entry.name);
    const place = join(folder, name);
    const below = entry.isDirectory()
      ? await namesIn(folder, name)
      : (await isFileOf(folder, place))
        ? [name]
        : undefined;
    if (!below) return undefined;
    names.push(...below);
  }
  return names;
}

async function isFileOf(folder: string, place: string): Promise<boolean> {
  return (await isWithin(folder, place)) && (await stat(place)).isFile();
}
