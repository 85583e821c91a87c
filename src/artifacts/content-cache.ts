/** Contents that a machine has fetched, each in a file whose name is their SHA-256. */
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TuneError } from '../errors.ts';
import { sha256Of, type Hashes } from './hashes.ts';
import type { StudyFile } from './study-file.ts';

type Contents = Pick<StudyFile, 'sha256'>;

export interface ContentCache {
  /** The file with the contents; undefined where it is not there, or damaged. */
  find(contents: Contents): Promise<string | undefined>;
  /**
   * Takes in what `write` makes of a path, unless it makes nothing.
   * @param origin where that comes from, for messages
   * @throws TuneError STORAGE_FAILED for other contents
   */
  add(contents: Contents, origin: string, write: (path: string) => Promise<boolean>): Promise<string | undefined>;
}

/** @param temporary gives paths on the same disk */
export function contentCache(folder: string, hashes: Hashes, temporary: () => string): ContentCache {
  return {
    async find({ sha256 }) {
      const place = join(folder, sha256);
      const found = await hashes.of(place).catch(() => undefined);
      return found === sha256 ? place : undefined;
    },
    async add({ sha256 }, origin, write) {
      const own = temporary();
      if (!(await write(own))) return undefined;
      if ((await sha256Of(own)) !== sha256) {
        await rm(own);
        throw new TuneError('STORAGE_FAILED', {
          message: `its contents do not have the SHA-256 ${sha256}`,
          where: { file: origin },
          hint: 'delete it, and start the study again where its data is: it puts what is missing there',
        });
      }
      const place = join(folder, sha256);
      await rename(own, place);
      return place;
    },
  };
}
