/**
 * What a journal says. A damaged line is left out and costs what it said, never the rest: trials keep their numbers, and
 * what was said of a trial whose beginning is lost belongs to nobody.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { messageOf, TuneError } from '../errors.ts';
import type { StudyEvent, TrialEnqueued, TrialStarted } from '../study/events.ts';
import { follow, type Trials } from '../study/fold.ts';
import { isLostLine, lossOf, lostLine, lostTrial, type Flaw } from './damage.ts';
import { formatLine, operations, parseLine, type JournalLine } from './journal-line.ts';
import { createReplay, type Replay } from './replay.ts';
import { readSnapshot } from './snapshot.ts';

/** What the first bytes of a journal come to. */
export interface Prefix {
  /** How many these are: up to the end of the last good line. What is beyond was cut short, or is damaged. */
  readonly end: number;
  /** Their CRC-32. */
  readonly crc: number;
  /** Number of the next line, as our lines count. */
  readonly seq: number;
  readonly replay: Replay;
  readonly trials: Trials;
}

export interface Contents extends Prefix {
  /** How many lines had to be read: those that no snapshot has. */
  readonly lines: number;
  /** In order. */
  readonly flaws: readonly Flaw[];
  /** What the file should be, where more is wrong than its end. */
  readonly mended?: Buffer;
}

/**
 * Where a snapshot says what the first bytes come to, only what follows is read. It is never needed, and nothing follows
 * from it but speed: what is damaged is found in the whole file.
 *
 * @param flag to open the file with
 * @param earlier what the journal came to before, in place of a snapshot; changes with it
 * @throws TuneError FILE_UNREADABLE, or STORAGE_FAILED when the file is no journal that can be used
 */
export async function readContents(path: string, flag: 'r' | 'a+' = 'r', earlier?: Prefix): Promise<Contents> {
  return withFile(path, flag, async file => {
    const known = earlier ?? (await readSnapshot(path));
    if (known && (await crcOf(file, known.end)) === known.crc) {
      const contents = goOn(await readFrom(file, known.end), path, known);
      if (contents) return contents;
    }
    return contentsOf(await readFrom(file, 0), path, beginning());
  });
}

/**
 * Every event of a journal, in order, without taking hold of it: another process may be writing.
 * @throws TuneError FILE_UNREADABLE or STORAGE_FAILED
 */
export async function readJournal(path: string): Promise<readonly StudyEvent[]> {
  return withFile(path, 'r', async file => {
    const events: StudyEvent[] = [];
    /** The place of each trial's last beginning. */
    const begun = new Map<number, number>();
    contentsOf(await readFrom(file, 0), path, beginning(), event => {
      if (event.type === 'trial-configured') {
        // In hindsight it began with all its values.
        const place = begun.get(event.trial)!;
        const beginning = events[place] as TrialEnqueued | TrialStarted;
        events[place] = { ...beginning, config: { ...beginning.config, ...event.config } };
      } else {
        const { length } = events;
        events.push(event);
        if (event.type === 'trial-started' || event.type === 'trial-enqueued') begun.set(event.trial, length);
      }
    });
    return events;
  });
}

/**
 * Goes on after what is known, which changes with it. Nobody else is writing: what a crash cut short is dropped.
 * @throws TuneError STORAGE_FAILED
 */
export async function readOn(
  file: FileHandle,
  path: string,
  known: Prefix,
  observe: (event: StudyEvent) => void,
): Promise<Omit<Contents, 'flaws'>> {
  try {
    const { size } = await file.stat();
    if (size === known.end) return { ...known, lines: 0 };
    const contents = contentsOf(await readFrom(file, known.end), path, known, observe);
    if (size < known.end || contents.flaws.length > 0 || contents.mended)
      throw new Error('the journal is damaged, or not the one that was opened');
    if (contents.end < size) await file.truncate(contents.end);
    return contents;
  } catch (error) {
    if (error instanceof TuneError) throw error;
    throw new TuneError('STORAGE_FAILED', { message: messageOf(error), where: { file: path } }, { cause: error });
  }
}

async function withFile<T>(path: string, flag: 'r' | 'a+', task: (file: FileHandle) => Promise<T>): Promise<T> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, flag);
    return await task(file);
  } catch (error) {
    if (error instanceof TuneError) throw error;
    const code = flag === 'r' ? 'FILE_UNREADABLE' : 'STORAGE_FAILED';
    throw new TuneError(code, { message: messageOf(error), where: { file: path } }, { cause: error });
  } finally {
    // Nothing was written.
    await file?.close().catch(() => undefined);
  }
}

async function readFrom(file: FileHandle, start: number): Promise<Buffer> {
  const { size } = await file.stat();
  const bytes = Buffer.allocUnsafe(Math.max(0, size - start));
  return bytes.subarray(0, await fill(file, bytes, start));
}

/** CRC-32 of the first bytes; undefined where there are fewer. */
async function crcOf(file: FileHandle, length: number): Promise<number | undefined> {
  const chunk = Buffer.allocUnsafe(2 ** 20);
  let crc = 0;
  for (let start = 0; start < length; start += chunk.length) {
    const bytes = chunk.subarray(0, Math.min(chunk.length, length - start));
    if ((await fill(file, bytes, start)) < bytes.length) return undefined;
    crc = crc32(bytes, crc);
  }
  return crc;
}

/** @returns how many bytes there were */
async function fill(file: FileHandle, bytes: Buffer, start: number): Promise<number> {
  let filled = 0;
  for (;;) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled);
    if (bytesRead === 0) return filled;
    filled += bytesRead;
  }
}

function beginning(): Prefix {
  return { end: 0, crc: 0, seq: 0, replay: createReplay(), trials: follow() };
}

/** Undefined where anything is wrong with the lines after those that are known. */
function goOn(bytes: Buffer, path: string, known: Prefix): Contents | undefined {
  try {
    const contents = contentsOf(bytes, path, known);
    return contents.flaws.length > 0 || contents.mended ? undefined : contents;
  } catch (error) {
    if (error instanceof TuneError) return undefined;
    throw error;
  }
}

const studyLost = 'the line is damaged, and no other says what was tuned; restore the file from a copy, or start over';

/** @param bytes of the file, from where something is known of it */
function contentsOf(bytes: Buffer, file: string, known: Prefix, observe?: (event: StudyEvent) => void): Contents {
  const { replay, trials } = known;
  const flaws: Flaw[] = [];
  const mended: Buffer[] = [];
  /** Up to here the bytes are good, or mended. */
  let kept = 0;
  let { seq } = known;
  /** Number of the present line in the file. */
  let number = 0;
  /** Damaged lines just before: where they begin, and the number of the first. */
  let damage: { readonly start: number; readonly line: number } | undefined;
  /** Whether damage explains it when the next of our lines has a number too high. */
  let isGap = false;
  /** When the last trial began. */
  let begun = new Date(0).toISOString();

  const refuse = (message: string, line: number): never => {
    throw new TuneError('STORAGE_FAILED', { message, where: { file, line } });
  };
  const apply = (line: JournalLine): void => {
    for (const event of replay.apply(line)) {
      trials.apply(event);
      observe?.(event);
      if (event.type === 'trial-started' || event.type === 'trial-enqueued') begun = event.at;
    }
    seq += 1;
  };
  const replace = (start: number, end: number): void => {
    mended.push(bytes.subarray(kept, start));
    kept = end;
  };
  const insert = (line: JournalLine): void => {
    mended.push(Buffer.from(`${formatLine(line, seq)}\n`));
    apply(line);
  };
  const insertTrial = (study: number): void => {
    insert(lostTrial(study, replay.nextTrialId(), begun));
  };
  const leaveOut = (start: number, end: number, line: number): void => {
    const lost = bytes.subarray(start, end);
    const { isStudy, isOurs, created } = lossOf(lost);
    const study = replay.study();
    if (isStudy || !study || (isOurs && !study.space)) return refuse(studyLost, line);
    flaws.push({ line, bytes: lost });
    isGap = true;
    replace(start, end);
    for (const id of created) insertTrial(id ?? study.id);
  };
  /** Our lines tell of lost ones before them. */
  const fillGap = (line: JournalLine, start: number): void => {
    const study = replay.study();
    const count: number = line['seq'];
    const next: number = study && line.op_code === operations.createTrial ? line['trial_id'] : 0;
    const lacksLines = count > seq && !isLostLine(line);
    const lacksTrials = next > replay.nextTrialId();
    if (lacksLines && !isGap && !study?.space) refuse('lines are missing before this one', number);
    if (lacksLines ? !isGap : lacksTrials && flaws.length === 0)
      flaws.push({ line: number, bytes: bytes.subarray(start, start) });
    if (lacksLines || lacksTrials) replace(start, start);
    seq = count - 1;
    if (lacksLines) insert(lostLine);
    while (replay.nextTrialId() < next) {
      seq = count - 1;
      insertTrial(study!.id);
    }
    seq = count;
    isGap = false;
  };

  for (let start = 0; start < bytes.length;) {
    const lineBreak = bytes.indexOf(10, start);
    const line = lineBreak < 0 ? undefined : parseLine(bytes.subarray(start, lineBreak));
    number += 1;
    if (line) {
      if (damage) leaveOut(damage.start, start, damage.line);
      damage = undefined;
      if (typeof line['seq'] === 'number') fillGap(line, start);
    }
    try {
      if (line) apply(line);
      else damage ??= { start, line: number };
    } catch (error) {
      if (error instanceof TuneError) refuse(error.message, number);
      damage = { start, line: number };
    }
    start = lineBreak < 0 ? bytes.length : lineBreak + 1;
  }

  const end = damage?.start ?? bytes.length;
  const whole = mended.length > 0 ? Buffer.concat([...mended, bytes.subarray(kept, end)]) : undefined;
  const good = whole ?? bytes.subarray(0, end);
  if (damage) {
    const lost = bytes.subarray(end);
    // The torn end of a journal may be dropped; anything else a user names by mistake may not.
    if (damage.line === 1 && !isTornLine(lost)) refuse('the file is not a journal', 1);
    if (damage.line < number && !replay.study()?.space && lossOf(lost).isOurs) refuse(studyLost, damage.line);
    if (!isCutShort(lost)) flaws.push({ line: damage.line, bytes: lost });
  }
  // Of no bytes at all zlib says 0, whatever came before.
  const crc = good.length > 0 ? crc32(good, known.crc) : known.crc;
  const prefix = { end: known.end + good.length, crc, seq, replay, trials };
  return { ...prefix, lines: number, flaws, ...(whole && { mended: whole }) };
}

/** Whether the bytes begin as a line does. A power cut may leave zeros. */
function isTornLine(bytes: Buffer): boolean {
  const begin = '{"op_code":';
  return begin.startsWith(bytes.toString('latin1', 0, begin.length).replaceAll(/[\0\s]/g, ''));
}

/** Whether a crash or a power cut, which may leave zeros, can have made this of a line that nobody was told of. */
function isCutShort(bytes: Buffer): boolean {
  if (bytes.every(byte => byte === 0 || byte === 10)) return true;
  const hasDamagedBreak = parseLine(bytes.subarray(0, -1)) !== undefined;
  return !bytes.includes(10) && !hasDamagedBreak;
}
