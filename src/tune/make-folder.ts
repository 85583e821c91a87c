import { mkdir } from 'node:fs/promises';
import { messageOf, TuneError } from '../errors.ts';

/**
 * Makes the folder of a study, where it is not there yet.
 * @throws TuneError STORAGE_FAILED
 */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((error: unknown) => {
    throw new TuneError('STORAGE_FAILED', { message: messageOf(error), where: { file: path } }, { cause: error });
  });
}
