/** Reads a study of another tool; the content of the file says of which. */
import { readFile, stat } from 'node:fs/promises';
import { messageOf, TuneError } from '../../errors.ts';
import { refuseFile, type Asked, type ForeignStudy } from './foreign-study.ts';
import { parseJsonFile } from './json-file.ts';
import { isNni, readNni } from './nni.ts';
import { readOptunaJournal } from './optuna-journal.ts';
import { readOptunaSqlite } from './optuna-sqlite.ts';
import { isSqlite } from './sqlite.ts';
import { readWandb } from './wandb.ts';

/** Node holds no longer text, and all of it is in memory at once. */
const maxBytes = 256 * 2 ** 20;

/** @throws TuneError FILE_UNREADABLE, or IMPORT_INVALID */
export async function readForeign(path: string, asked: Asked): Promise<ForeignStudy> {
  const bytes = await readBytes(path);
  if (isSqlite(bytes)) {
    await refuseOpen(path);
    return readOptunaSqlite(bytes, path, asked);
  }
  const begin = bytes.toString('latin1', 0, 200).trimStart();
  if (/^\{\s*"(op_code|worker_id)"/.test(begin)) return readOptunaJournal(bytes, path, asked);
  if (!/^(?:ï»¿)?[[{]/.test(begin))
    refuseFile(path, { message: 'the file is of no kind that is known', expected: 'a journal, a database, or JSON' });
  const value = parseJsonFile(bytes, path);
  return isNni(value) ? readNni(value, path) : readWandb(value, path, asked);
}

async function readBytes(path: string): Promise<Buffer> {
  const unreadable = (error: unknown): never => {
    throw new TuneError('FILE_UNREADABLE', { message: messageOf(error), where: { file: path } }, { cause: error });
  };
  const { size } = await stat(path).catch(unreadable);
  if (size > maxBytes)
    refuseFile(path, { message: `the file has ${size} bytes`, expected: `at most ${maxBytes / 2 ** 20} MB` });
  return readFile(path).catch(unreadable);
}

/** What a program has not yet moved into a database, or left in the middle of a change, is in a file beside it. */
async function refuseOpen(path: string): Promise<void> {
  for (const ending of ['-wal', '-journal']) {
    const { size } = await stat(`${path}${ending}`).catch(() => ({ size: 0 }));
    if (size === 0) continue;
    const hint = 'close it there, or open and close it once with Optuna';
    refuseFile(path, { message: `a program has the database open, or was killed: see ${path}${ending}`, hint });
  }
}
