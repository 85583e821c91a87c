/** Data files as bytes: found beside the space file, unpacked where they are gzipped. */
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { messageOf, TuneError } from '../../errors.ts';

export interface DataFile {
  /** Absolute path, for error messages. */
  readonly path: string;
  readonly bytes: Buffer;
}

const unpack = promisify(gunzip);

/**
 * @param folder where relative paths start
 * @throws TuneError FILE_UNREADABLE, or DATA_INVALID for damaged gzip data
 */
export async function readDataFile(folder: string, file: string): Promise<DataFile> {
  const path = resolve(folder, file);
  const stored = await readFile(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  // By the magic bytes: many .gz files have lost their ending, and some have it by mistake.
  if (!isGzip(stored)) return { path, bytes: stored };
  try {
    return { path, bytes: await unpack(stored) };
  } catch (error) {
    throw damagedGzip(path, error);
  }
}

export function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

export function damagedGzip(path: string, error: unknown): TuneError {
  const message = `the gzip data is damaged or cut short: ${messageOf(error)}`;
  return new TuneError('DATA_INVALID', { message, where: { file: path } }, { cause: error });
}

/**
 * Reads parts of a file, which is closed afterwards.
 * @throws TuneError FILE_UNREADABLE
 */
export async function withOpenFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    // A folder opens, but has no bytes.
    await file.read(Buffer.alloc(1), 0, 1, 0);
  } catch (error) {
    await file?.close();
    throw unreadable(path, error);
  }
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

/** What the system says about a path, as an error for its owner. */
export function unreadable(path: string, error: unknown): TuneError {
  return new TuneError('FILE_UNREADABLE', { message: reason(error), where: { file: path } }, { cause: error });
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'this is a folder, not a file',
  ENOTDIR: 'this is no folder',
  EACCES: 'the permission to read this file is missing',
};

function reason(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return (code !== undefined && reasons[code]) || messageOf(error);
}
