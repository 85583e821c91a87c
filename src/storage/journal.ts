/**
 * A study in one append-only file, in the format of Optuna's JournalFileBackend: Optuna and its dashboard open it, and
 * what they add is read back. An event is acknowledged when the disk has it.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { StudyEvent } from '../study/events.ts';
import type { Storage } from '../study/ports.ts';
import { storageFailed } from '../storage-failed.ts';
import { writeWhole } from '../write-whole.ts';
import { damagedPath, describeFlaws } from './damage.ts';
import { readContents, type Contents } from './journal-contents.ts';
import { formatLine } from './journal-line.ts';
import { linesOf } from './journal-writer.ts';
import { takeLock } from './lock.ts';

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
    return appendable(path, file, unlock, contents);
  } catch (error) {
    await file?.close();
    await unlock();
    throw error;
  }
}

/**
 * The events of a journal, without taking hold of it: another process may be writing.
 * @throws TuneError FILE_UNREADABLE or STORAGE_FAILED
 */
export async function readJournal(path: string): Promise<readonly StudyEvent[]> {
  return (await readContents(path)).events;
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
  const { events, replay } = contents;
  let { end, seq } = contents;
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
      if (bytesWritten < bytes.length) throw new Error('ENOSPC: the disk is full');
      await file.datasync();
      isTorn = false;
    } catch (error) {
      // Where this fails too, the next write tries again.
      await mend().catch(() => undefined);
      throw storageFailed(path, 'cannot write', error);
    }
    end += bytes.length;
    seq += lines.length;
    for (const line of lines) replay.apply(line);
    events.push(event);
  };
  const inTurn = (task: () => Promise<void>): Promise<void> => {
    const result = last.then(task);
    last = result.catch(() => undefined);
    return result;
  };

  return {
    read: () => Promise.resolve([...events]),
    append: event => inTurn(() => write(event)),
    close: () =>
      inTurn(async () => {
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
