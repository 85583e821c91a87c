/**
 * A study in one append-only file, in the format of Optuna's JournalFileBackend: Optuna and its dashboard open it, and
 * what they add is read back. An event is acknowledged when the disk has it.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { messageOf, TuneError } from '../errors.ts';
import type { StudyEvent } from '../study/events.ts';
import type { StudyState } from '../study/fold.ts';
import type { Storage } from '../study/ports.ts';
import { writeWhole } from '../write-whole.ts';
import { damagedPath, describeFlaws } from './damage.ts';
import { readContents, readJournal, type Contents } from './journal-contents.ts';
import { formatLine } from './journal-line.ts';
import { linesOf } from './journal-writer.ts';
import { takeLock } from './lock.ts';
import { keepSnapshot } from './snapshot.ts';

export { readJournal };

/**
 * Opens a journal for this process alone; creates it when there is none. A last line that a crash cut short is dropped;
 * damaged ones are moved to a file beside it.
 *
 * @param tell is told of them, once: then the journal is whole again. Default: a warning of the process.
 * @throws TuneError STUDY_IN_USE naming the process that has it open, or STORAGE_FAILED
 */
export async function openJournal(
  path: string,
  tell: (text: string) => void = text => process.emitWarning(text),
): Promise<Storage> {
  const unlock = await takeLock(`${path}.pid`);
  let file: FileHandle | undefined;
  try {
    const contents = await readContents(path, 'a+');
    file = await prepare(path, contents).catch(error => {
      throw storageFailed(path, 'cannot open', error);
    });
    if (contents.flaws.length > 0) tell(describeFlaws(path, contents.flaws));
    const lines = await keepSnapshot(path, contents, contents.lines);
    return appendable(path, file, unlock, { ...contents, lines });
  } catch (error) {
    await file?.close();
    await unlock();
    throw error;
  }
}

export interface JournalState extends StudyState {
  /** Places where something damaged was left out, or is missing. */
  readonly flaws: number;
}

/**
 * What the events of a journal come to, without taking hold of it. Of a large one much faster than its events.
 * @throws TuneError FILE_UNREADABLE or STORAGE_FAILED
 */
export async function readState(path: string): Promise<JournalState> {
  const { trials, flaws } = await readContents(path);
  return { ...trials.state(), flaws: flaws.length };
}

/** The file, with nothing in it but good lines. */
async function prepare(path: string, { flaws, mended, end }: Contents): Promise<FileHandle> {
  if (flaws.length > 0) await keep(flaws, damagedPath(path));
  if (mended) await writeWhole(path, mended);
  if (flaws.length > 0 || end === 0) await syncFolder(dirname(path));
  const file = await open(path, 'a');
  try {
    await file.truncate(end);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function keep(flaws: Contents['flaws'], path: string): Promise<void> {
  const file = await open(path, 'a');
  try {
    for (const { line, bytes } of flaws)
      if (bytes.length > 0) await file.writeFile(Buffer.concat([Buffer.from(`line ${line}:\n`), bytes, lineBreak]));
    await file.sync();
  } finally {
    await file.close();
  }
}

const lineBreak = Buffer.from('\n');

function appendable(path: string, file: FileHandle, unlock: () => Promise<void>, contents: Contents): Storage {
  const { replay, trials } = contents;
  let { end, crc, seq, lines: unsaved } = contents;
  /** Whether something may lie beyond the end. */
  let isTorn = false;
  let last: Promise<unknown> = Promise.resolve();

  /** What was written in part must not run into the next line. */
  const mend = async (): Promise<void> => {
    if (isTorn) await file.truncate(end);
    isTorn = false;
  };
  const write = async (event: StudyEvent): Promise<void> => {
    const lines = linesOf(event, replay);
    const text = lines.map((line, index) => `${formatLine(line, seq + index)}\n`).join('');
    const bytes = Buffer.from(text);
    try {
      await mend();
      isTorn = true;
      const { bytesWritten } = await file.write(bytes);
      if (bytesWritten < bytes.length) throw new Error('the disk is full');
      await file.datasync();
      isTorn = false;
    } catch (error) {
      // Where this fails too, the next write tries again.
      await mend().catch(() => undefined);
      throw storageFailed(path, 'cannot write', error);
    }
    end += bytes.length;
    crc = crc32(bytes, crc);
    seq += lines.length;
    unsaved += lines.length;
    for (const line of lines) replay.apply(line);
    trials.apply(event);
  };
  const inTurn = (task: () => Promise<void>): Promise<void> => {
    const result = last.then(task);
    last = result.catch(() => undefined);
    return result;
  };

  return {
    read: () => readJournal(path),
    state: () => Promise.resolve(trials.state()),
    append: event => inTurn(() => write(event)),
    close: () =>
      inTurn(async () => {
        await keepSnapshot(path, { end, crc, seq, replay, trials }, unsaved);
        const closed = file.close().catch((error: unknown) => {
          throw storageFailed(path, 'cannot close', error);
        });
        await closed.finally(unlock);
      }),
  };
}

/** A new file survives a power cut only when its folder's entry does. Windows cannot sync folders, and need not. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

function storageFailed(file: string, what: string, error: unknown): TuneError {
  return new TuneError(
    'STORAGE_FAILED',
    { message: `${what}: ${messageOf(error)}`, where: { file } },
    { cause: error },
  );
}
