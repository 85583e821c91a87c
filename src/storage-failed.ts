/** What went wrong where something was to be kept; of a full disk, how full. */
import { statfsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { messageOf, TuneError } from './errors.ts';
import { formatBytes } from './text.ts';

/**
 * @param file that could not be written
 * @param what could not be done: "cannot write"
 * @returns TuneError DISK_FULL with the bytes that are free, else STORAGE_FAILED
 */
export function storageFailed(file: string, what: string, error: unknown): TuneError {
  const message = `${what}: ${messageOf(error)}`;
  if (!isDiskFull(error)) return new TuneError('STORAGE_FAILED', { message, where: { file } }, { cause: error });
  const free = freeBytes(dirname(resolve(file)));
  const left = free === undefined ? '' : `; ${formatBytes(free)} are free there`;
  return new TuneError('DISK_FULL', { message: `${message}${left}`, where: { file } }, { cause: error });
}

/** Whether the disk, or the user's share of it, had no room. Errors of other processes and threads have their message alone. */
export function isDiskFull(error: unknown): boolean {
  return /^(ENOSPC|EDQUOT)\b/.test(messageOf(error));
}

/** For this user, on the disk of a folder, or of the nearest one above it that exists. */
function freeBytes(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return folder === dirname(folder) ? undefined : freeBytes(dirname(folder));
  }
}
