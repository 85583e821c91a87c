/** A word on the command line that should be a space file, and what was meant when it is none. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { TuneError } from '../errors.ts';
import { nearest } from '../space/nearest.ts';

/**
 * @param commands names the word might have been meant to be
 * @throws TuneError that names the nearest command or file
 */
export function checkSpacePath(path: string, commands: readonly string[] = []): void {
  if (existsSync(path)) return;
  const command = nearest(path, commands);
  if (command !== undefined)
    throw new TuneError('USAGE', { message: `there is no command "${path}"`, hint: `did you mean "tune ${command}"?` });
  const looksLikeCommand = commands.length > 0 && /^[a-z]+$/.test(path);
  const message = looksLikeCommand ? `"${path}" is neither a command nor a file` : `there is no file "${path}"`;
  const near = nearestFile(path);
  throw new TuneError(looksLikeCommand ? 'USAGE' : 'FILE_UNREADABLE', {
    message,
    hint: near === undefined ? '`tune init` writes a space file to start from' : `did you mean "${near}"?`,
  });
}

/** The file of the closest name in the same folder; else its only JSON file. */
function nearestFile(path: string): string | undefined {
  const folder = dirname(path);
  const files = existsSync(folder) ? readdirSync(folder).filter(name => /\.jsonc?$/.test(name)) : [];
  const close = nearest(basename(path), files);
  return close === undefined ? undefined : join(folder, close);
}
