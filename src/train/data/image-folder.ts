/** A folder of images: one sub-folder for each class. Nothing outside of it is read, wherever its links lead. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { byCodeUnit } from './classes.ts';
import { invalid } from './number-file.ts';
import { createProblemList, type ProblemList } from './problem-list.ts';
import { unreadable } from './read-file.ts';

export interface LabelledFile {
  readonly path: string;
  /** Name of its folder. */
  readonly label: string;
}

/**
 * The same on every machine: by class and name. Hidden files are passed over.
 * @throws TuneError FILE_UNREADABLE, or DATA_INVALID for what cannot be part of such a folder
 */
export async function listImageFolder(folder: string): Promise<readonly LabelledFile[]> {
  const root = await realpath(folder).catch((error: unknown) => {
    throw unreadable(folder, error);
  });
  const problems = createProblemList();
  const files: LabelledFile[] = [];
  const classes = (await entriesOf(root, root, problems)).filter(({ isFolder }) => isFolder);
  for (const { name: label, path } of classes) {
    const entries = await entriesOf(path, root, problems);
    if (entries.length === 0)
      problems.add(() => ({
        message: 'the folder of this class is empty',
        where: { file: path },
        expected: 'an image or more',
        hint: 'fill it, or remove the folder',
      }));
    for (const { path: file, isFolder } of entries) {
      if (!isFolder) files.push({ path: file, label });
      else
        problems.add(() => ({
          message: 'this is a folder inside the folder of a class',
          where: { file },
          expected: 'images alone',
          hint: `move its images into ${path}`,
        }));
    }
  }
  problems.refuse();
  if (classes.length > 0) return files;
  throw invalid(folder, {
    message: 'there are no folders in this folder',
    expected: 'one for each class, with images',
  });
}

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly isFolder: boolean;
}

async function entriesOf(folder: string, root: string, problems: ProblemList): Promise<readonly Entry[]> {
  const found = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw unreadable(folder, error);
  });
  const entries: Entry[] = [];
  for (const entry of found.toSorted((a, b) => byCodeUnit(a.name, b.name))) {
    const { name } = entry;
    if (name.startsWith('.')) continue;
    const path = join(folder, name);
    const target = entry.isSymbolicLink() ? await realpath(path).catch(() => undefined) : path;
    const info = target === undefined ? undefined : await stat(target);
    const refuse = (message: string, hint: string): void =>
      problems.add(() => ({ message, where: { file: path }, hint }));
    if (!info) refuse('this link leads nowhere', 'remove it, or mend it');
    else if (!target!.startsWith(root + sep)) refuse(`this link leads out of ${root}`, 'copy there what it leads to');
    else if (!info.isFile() && !info.isDirectory()) refuse('this is neither a file nor a folder', 'remove it');
    else entries.push({ name, path, isFolder: info.isDirectory() });
  }
  return entries;
}
