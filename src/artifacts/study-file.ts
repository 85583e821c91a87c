/** A file that a study reads: any machine that has the same contents can train it. */
import { basename, posix, sep } from 'node:path';
import { TuneError } from '../errors.ts';

export interface StudyFile {
  /** As the space file names it, with "/", from its folder: "../data/train.csv". */
  readonly path: string;
  /** Where it is part of a folder that is read as a whole, images or a model: that folder. */
  readonly folder?: string;
  /** Of its contents, in hexadecimal digits. */
  readonly sha256: string;
  readonly bytes: number;
}

const mostUps = 16;
/** What the space file's folder is called on other machines, and each that it is in, as far as paths lead up. */
export const here = '.here';

/**
 * Refuses what comes from a database and would lead to other files than the study's.
 * @throws TuneError FILE_UNREADABLE
 */
export function checkStudyFile({ path, folder, sha256, bytes }: StudyFile): void {
  const isSound =
    isFilePath(path) &&
    (folder === undefined || (isFolderPath(folder) && isIn(folder, path))) &&
    /^[0-9a-f]{64}$/.test(sha256) &&
    Number.isSafeInteger(bytes) &&
    bytes >= 0;
  if (isSound) return;
  throw new TuneError('FILE_UNREADABLE', {
    message: `a study cannot read "${path.slice(0, 100)}" on other machines`,
    expected: `a plain path from the folder of the space file, with ".." at its beginning alone, or an absolute one`,
  });
}

/** Names with "/" between them; after as many ".." as lead up from the space file, or after a first "/". */
function isFilePath(path: string): boolean {
  const names = (isAbsolute(path) ? path.slice(1) : withoutUps(path)).split('/');
  return (
    path.length <= 1000 &&
    // oxlint-disable-next-line no-control-regex -- NUL ends paths, and others drive terminals
    !/[\u0000-\u001f\u007f\\]|^[A-Za-z]:/.test(path) &&
    upsOf(path) <= mostUps &&
    names.every(name => !['', '.', '..', here].includes(name))
  );
}

/** The folder of the space file, and those that it is in, too. */
function isFolderPath(path: string): boolean {
  return /^(\.|(\.\.\/)*\.\.)$/.test(path) || isFilePath(path);
}

/** A path as lists of files have it: with "/", and without detours. */
export function plainPath(path: string): string {
  return posix.normalize(path.replaceAll(sep, '/')).replace(/(?<=.)\/$/, '');
}

export function isAbsolute(path: string): boolean {
  return posix.isAbsolute(path);
}

/** How many folders up it begins. */
export function upsOf(path: string): number {
  return /^(\.\.(\/|$))*/.exec(path)![0].split('..').length - 1;
}

export function withoutUps(path: string): string {
  return path.replace(/^(\.\.(\/|$))*/, '');
}

/** Whether a path leads to something in a folder. */
export function isIn(folder: string, path: string): boolean {
  return folder === '.' ? !isAbsolute(path) && upsOf(path) === 0 : path.startsWith(`${folder}/`);
}

/** Whether Node.js would run it. */
export function isCode({ path }: Pick<StudyFile, 'path'>): boolean {
  return /\.([cm]?[jt]sx?|node|wasm)$/i.test(basename(path));
}

/** Where stores keep contents. */
export function keyOf({ sha256 }: Pick<StudyFile, 'sha256'>): string {
  return `files/${sha256}`;
}
