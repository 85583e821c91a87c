/**
 * A study in one append-only file, in the format of Optuna's JournalFileBackend: Optuna and its dashboard open it, and
 * what they add is read back. An event is acknowledged when the disk has it.
 */
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf, TuneError } from '../errors.ts';
import type { StudyEvent } from '../study/events.ts';
import type { Storage } from '../study/ports.ts';
import { formatLine, parseLine } from './journal-line.ts';
import { linesOf } from './journal-writer.ts';
import { takeLock } from './lock.ts';
import { createReplay, type Replay } from './replay.ts';

/**
 * Opens a journal for this process alone; creates it when there is none. A last line that a crash cut short is dropped.
 * @throws TuneError STUDY_IN_USE naming the process that has it open, or STORAGE_FAILED
 */
export async function openJournal(path: string): Promise<Storage> {
  const unlock = await takeLock(`${path}.pid`);
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'a').catch(error => {
      throw storageFailed(path, 'cannot open', error);
    });
    const contents = await readLines(path);
    if (contents.end === 0) await syncFolder(dirname(path));
    await file.truncate(contents.end);
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
  return (await readLines(path)).events;
}

function appendable(path: string, file: FileHandle, unlock: () => Promise<void>, contents: Contents): Storage {
  const { events, replay } = contents;
  let { end, lines: seq } = contents;
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
        await file.close().finally(unlock);
      }),
  };
}

interface Contents {
  readonly events: StudyEvent[];
  readonly replay: Replay;
  /** Number of good lines. */
  readonly lines: number;
  /** Bytes up to the end of the last good line. */
  readonly end: number;
}

async function readLines(path: string): Promise<Contents> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new TuneError('FILE_UNREADABLE', { message: messageOf(error), where: { file: path } }, { cause: error });
  });
  const replay = createReplay();
  const events: StudyEvent[] = [];
  let end = bytes.lastIndexOf(10) + 1;
  const lines = bytes.toString('utf8', 0, end).split('\n').slice(0, -1);
  if (lines.length > 0 && !parseLine(lines.at(-1)!)) {
    lines.pop();
    end = bytes.subarray(0, end - 1).lastIndexOf(10) + 1;
  }
  // The torn end of a journal may be dropped; anything else a user names by mistake may not.
  if (lines.length === 0 && !isTornLine(bytes))
    throw new TuneError('STORAGE_FAILED', { message: 'the file is not a journal', where: { file: path, line: 1 } });
  for (const [index, text] of lines.entries()) events.push(...replayed(replay, text, path, index + 1));
  return { events, replay, lines: lines.length, end };
}

function replayed(replay: Replay, text: string, file: string, number: number): readonly StudyEvent[] {
  const where = { file, line: number };
  const line = parseLine(text);
  if (!line) {
    const hint = 'keep a copy of the file; without this line the rest is readable';
    throw new TuneError('STORAGE_FAILED', { message: 'the line is damaged', where, hint });
  }
  try {
    return replay.apply(line);
  } catch (error) {
    throw new TuneError('STORAGE_FAILED', { message: messageOf(error), where }, { cause: error });
  }
}

/** Whether the bytes begin as a line does. A power cut may leave zeros. */
function isTornLine(bytes: Buffer): boolean {
  const begin = '{"op_code":';
  return begin.startsWith(bytes.toString('latin1', 0, begin.length).replaceAll(/[\0\s]/g, ''));
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
