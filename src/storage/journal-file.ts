/** A journal that is open for writing. */
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import type { StudyEvent } from '../study/events.ts';
import type { Storage } from '../study/ports.ts';
import { storageFailed } from '../storage-failed.ts';
import { writeWhole } from '../write-whole.ts';
import { damagedPath } from './damage.ts';
import { readJournal, readOn, type Contents } from './journal-contents.ts';
import { formatLine } from './journal-line.ts';
import { linesOf } from './journal-writer.ts';
import { keepSnapshot } from './snapshot.ts';

export interface JournalFile extends Storage {
  /**
   * Reads what others have written since. Whoever does that, and writes, is the only one to write until then.
   * @throws TuneError STORAGE_FAILED
   */
  catchUp(learn: (event: StudyEvent) => void): Promise<void>;
}

/** The file, with nothing in it but good lines. */
export async function prepareFile(path: string, contents: Contents): Promise<FileHandle> {
  try {
    return await prepare(path, contents);
  } catch (error) {
    throw storageFailed(path, 'cannot open', error);
  }
}

async function prepare(path: string, { flaws, mended, end }: Contents): Promise<FileHandle> {
  if (flaws.length > 0) await keep(flaws, damagedPath(path));
  if (mended) await writeWhole(path, mended);
  if (flaws.length > 0 || end === 0) await syncFolder(dirname(path));
  const file = await open(path, 'a+');
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

/** @param contents of the file; its replay and trials go on */
export async function journalFile(path: string, file: FileHandle, contents: Contents): Promise<JournalFile> {
  const { replay, trials } = contents;
  let { end, crc, seq } = contents;
  /** Lines that the snapshot lacks. */
  let unsaved = await keepSnapshot(path, contents, contents.lines);
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
    catchUp: learn =>
      inTurn(async () => {
        const { lines, ...now } = await readOn(file, path, { end, crc, seq, replay, trials }, learn);
        ({ end, crc, seq } = now);
        unsaved += lines;
        // Others have read it by now, as far as it goes.
        isTorn = false;
      }),
    close: () =>
      inTurn(async () => {
        await keepSnapshot(path, { end, crc, seq, replay, trials }, unsaved);
        await file.close().catch((error: unknown) => {
          throw storageFailed(path, 'cannot close', error);
        });
      }),
  };
}

/** A new file survives a power cut only when its folder's entry does. Windows cannot sync folders, and need not. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}
