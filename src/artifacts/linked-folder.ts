/** Folders of links, made as a whole or not at all, and shared by all processes that want the same links. */
import { createHash } from 'node:crypto';
import { copyFile, link, mkdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What a place in the folder leads to. */
export interface Entry {
  /** With "/", from the folder. */
  readonly place: string;
  readonly target: string;
  /** "name": a link that can be told from a file; "file": the file itself, under one more name. */
  readonly as: 'name' | 'file';
}

/**
 * @param parent of the folders
 * @param inside a folder to be there in any case
 * @param isSound whether a folder that is there is as it was made
 * @param temporary gives paths on the same disk
 */
export async function linkedFolder(
  parent: string,
  inside: string,
  entries: readonly Entry[],
  isSound: (folder: string) => Promise<boolean>,
  temporary: () => string,
): Promise<string> {
  const wanted = createHash('sha256').update(JSON.stringify([inside, entries]));
  const folder = join(parent, wanted.digest('hex').slice(0, 32));
  const isThere = async (): Promise<boolean> => (await isFolder(join(folder, inside))) && isSound(folder);
  if (await isThere()) return folder;
  const made = temporary();
  await mkdir(join(made, inside), { recursive: true });
  for (const { place, target, as } of entries) {
    const path = join(made, place);
    await mkdir(dirname(path), { recursive: true });
    if (as === 'name') await symlink(target, path);
    // Where a disk has no second names for files.
    else await link(target, path).catch(() => copyFile(target, path));
  }
  await mkdir(parent, { recursive: true });
  await rename(made, folder).catch(async () => {
    // Another process was quicker, or what is there is damaged.
    if (await isThere()) return rm(made, { recursive: true });
    await rename(folder, temporary());
    await rename(made, folder);
  });
  return folder;
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    found => found.isDirectory(),
    () => false,
  );
}
