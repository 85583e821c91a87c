/** Where `tune advise --apply` writes: never over what someone else has written, or changed. */
import { lstat, readFile, realpath } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { messageOf, TuneError } from '../errors.ts';
import { writeWhole } from '../write-whole.ts';
import { shownPath } from './files.ts';

/** "digits.advised.json" of "digits.json", "digits.advised-2.json" of that; names of studies have no end like ".json". */
export function nextName(name: string, mark: '.advised' | '-advised'): string {
  const [, stem = name, end = ''] = mark === '.advised' ? (/^(.+?)(\.[^.]*)$/.exec(name) ?? []) : [];
  const [, first = stem, number] = new RegExp(`^(.*)\\${mark}(?:-(\\d+))?$`).exec(stem) ?? [];
  const isFirst = first === stem;
  const longest = 80;
  return `${first.slice(0, longest)}${mark}${isFirst ? '' : `-${Number(number ?? 1) + 1}`}${end}`;
}

/**
 * @param source path of the space file
 * @throws TuneError USAGE for a place that is taken, or where the paths in the file would lead elsewhere; FILE_UNREADABLE
 */
export async function writeCopy(text: string, source: string, target: string): Promise<void> {
  await refusePlace(source, target);
  const marked = `${markOf(text, source)}\n${text}`;
  const found = await readFile(target, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw unwritable(target, error);
  });
  if (found !== undefined && !isOwn(found))
    throw new TuneError('USAGE', {
      message: `${shownPath(target)} exists, and is not as "tune advise" wrote it`,
      hint: '--output <file> chooses another name',
    });
  if (found === marked) return;
  await writeWhole(target, marked).catch((error: unknown) => {
    throw unwritable(target, error);
  });
}

async function refusePlace(source: string, target: string): Promise<void> {
  const [folder, here] = await Promise.all(
    [dirname(source), dirname(target)].map(path => realpath(path).catch(() => path)),
  );
  if (folder !== here)
    throw new TuneError('USAGE', {
      message: `${shownPath(target)} is in another folder than the space file`,
      expected: `a file in ${shownPath(dirname(source))}: the paths in a space file start at its folder`,
    });
  const isLink = await lstat(target).then(
    found => !found.isFile(),
    () => false,
  );
  if (isLink || target === source)
    throw new TuneError('USAGE', {
      message: `${shownPath(target)} is ${target === source ? 'the space file itself' : 'no plain file'}`,
      hint: '--output <file> chooses another name',
    });
}

/** Tells by its checksum whether anyone has changed the rest. */
function markOf(text: string, source: string): string {
  const from = basename(source).replaceAll(/[^\w.-]/g, '_');
  return `// Written by "tune advise" from ${from}, checksum ${sumOf(text)}.`;
}

function isOwn(found: string): boolean {
  const [, sum, rest] =
    /^\/\/ Written by "tune advise" from [\w.-]+, checksum ([0-9a-f]{8})\.\n([^]*)$/.exec(found) ?? [];
  return rest !== undefined && sumOf(rest) === sum;
}

function sumOf(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}

function unwritable(target: string, error: unknown): TuneError {
  return new TuneError('FILE_UNREADABLE', { message: messageOf(error), where: { file: target } }, { cause: error });
}
