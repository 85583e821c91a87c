/** Where a path really leads: its name may look harmless, and be that of a link. */
import { lstat, realpath } from 'node:fs/promises';
import { sep } from 'node:path';

/** Whether a path leads to something in a folder that exists, or to a place there where nothing is yet. */
export async function isWithin(folder: string, path: string): Promise<boolean> {
  const root = await realpath(folder);
  const place = await realpath(path).catch(() => undefined);
  if (place !== undefined) return place.startsWith(root.endsWith(sep) ? root : `${root}${sep}`);
  // A link to nothing would lead there once something is written.
  return lstat(path).then(
    found => !found.isSymbolicLink(),
    () => true,
  );
}
