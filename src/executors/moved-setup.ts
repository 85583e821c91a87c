/** What a study trains, as another machine has it: its files are in a folder there, and so are weights and backups. */
import { resolve } from 'node:path';
import { isIn, plainPath, type StudyFile } from '../artifacts/study-file.ts';
import { TuneError } from '../errors.ts';
import type { Config } from '../space/space.ts';
import { namedPaths, pathsWith } from '../train/named-paths.ts';
import type { HostSetup } from './protocol.ts';

export interface MovedTo {
  /** Stands for that of the space file. */
  readonly folder: string;
  readonly checkpoints: string;
}

/**
 * @param host whose modules are named as in the list of files
 * @param files that are known to be there, and as they should be
 * @throws TuneError FILE_UNREADABLE where the setup, which comes from a database, names others
 */
export function movedSetup(host: HostSetup, files: readonly StudyFile[], { folder, checkpoints }: MovedTo): HostSetup {
  if (host.kind === 'custom') {
    if (!isListed(host.module, files)) throw unlisted(host.module);
    return { ...host, module: resolve(folder, host.module) };
  }
  const { data, weights } = namedPaths(host.setup);
  const foreign = [...data, ...weights].find(path => !isListed(path, files));
  if (foreign !== undefined) throw unlisted(foreign);
  return { ...host, setup: { ...host.setup, folder, checkpoints } };
}

/** Says why a trial, which comes from a database too, is not to run: its configuration names a file that is not listed. */
export function strayIn(host: HostSetup, files: readonly StudyFile[]): (config: Config) => string | undefined {
  return config => {
    if (host.kind === 'custom') return undefined;
    const { data, weights } = pathsWith(host.setup, config);
    const foreign = [...data, ...weights].find(path => !isListed(path, files));
    return foreign === undefined ? undefined : unlisted(foreign).message;
  };
}

function isListed(path: string, files: readonly StudyFile[]): boolean {
  const plain = plainPath(path);
  return files.some(file => file.path === plain || isIn(plain, file.path));
}

function unlisted(path: string): TuneError {
  const message = 'the study names this file, which is not among those that it reads';
  return new TuneError('FILE_UNREADABLE', { message, where: { file: path } });
}
