/** Files that are there as a whole or not at all, whenever the process ends. */
import { open, rename, rm } from 'node:fs/promises';

/** Written beside its place, on disk for good, and renamed. What a killed process has left there is written over. */
export async function writeWhole(path: string, contents: string | Uint8Array): Promise<void> {
  const temporary = `${path}.part`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(contents);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
