/** The size of a folder with everything in it. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** In bytes; what disappears meanwhile counts nothing. */
export async function folderBytes(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = names.map(name =>
    stat(join(folder, name))
      .then(found => (found.isFile() ? found.size : 0))
      .catch(() => 0),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
