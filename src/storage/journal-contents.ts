/**
 * What a journal says. A damaged line is left out and costs what it said, never the rest: trials keep their numbers, and
 * what was said of a trial whose beginning is lost belongs to nobody.
 */
import { readFile } from 'node:fs/promises';
import { messageOf, TuneError } from '../errors.ts';
import type { StudyEvent } from '../study/events.ts';
import { isLostLine, lossOf, lostLine, lostTrial, type Flaw } from './damage.ts';
import { formatLine, operations, parseLine, type JournalLine } from './journal-line.ts';
import { createReplay, type Replay } from './replay.ts';

export interface Contents {
  readonly events: StudyEvent[];
  readonly replay: Replay;
  /** Number of the next line, as our lines count. */
  readonly seq: number;
  /** Bytes up to the end of the last good line. What is beyond was cut short, or is damaged. */
  readonly end: number;
  /** In order. */
  readonly flaws: readonly Flaw[];
  /** What the file should be, where more is wrong than its end. */
  readonly mended?: Buffer;
}

/**
 * @param flag to open the file with
 * @throws TuneError FILE_UNREADABLE, or STORAGE_FAILED when the file is no journal that can be used
 */
export async function readContents(path: string, flag: 'r' | 'a+' = 'r'): Promise<Contents> {
  const bytes = await readFile(path, { flag }).catch((error: unknown) => {
    const code = flag === 'r' ? 'FILE_UNREADABLE' : 'STORAGE_FAILED';
    throw new TuneError(code, { message: messageOf(error), where: { file: path } }, { cause: error });
  });
  return contentsOf(bytes, path);
}

const studyLost = 'the line is damaged, and no other says what was tuned; restore the file from a copy, or start over';

function contentsOf(bytes: Buffer, file: string): Contents {
  const replay = createReplay();
  const events: StudyEvent[] = [];
  const flaws: Flaw[] = [];
  const mended: Buffer[] = [];
  /** Up to here the bytes are good, or mended. */
  let kept = 0;
  let seq = 0;
  /** Number of the present line in the file. */
  let number = 0;
  /** Damaged lines just before: where they begin, and the number of the first. */
  let damage: { readonly start: number; readonly line: number } | undefined;
  /** Whether damage explains it when the next of our lines has a number too high. */
  let isGap = false;

  const refuse = (message: string, line: number): never => {
    throw new TuneError('STORAGE_FAILED', { message, where: { file, line } });
  };
  const apply = (line: JournalLine): void => {
    for (const event of replay.apply(line)) events.push(event);
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
    const before = events.findLast(({ type }) => type === 'trial-started' || type === 'trial-enqueued');
    const at = before && 'at' in before ? before.at : new Date(0).toISOString();
    insert(lostTrial(study, replay.nextTrialId(), at));
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
  if (damage) {
    const lost = bytes.subarray(end);
    // The torn end of a journal may be dropped; anything else a user names by mistake may not.
    if (damage.line === 1 && !isTornLine(lost)) refuse('the file is not a journal', 1);
    if (damage.line < number && !replay.study()?.space && lossOf(lost).isOurs) refuse(studyLost, damage.line);
    if (!isCutShort(lost)) flaws.push({ line: damage.line, bytes: lost });
  }
  return { events, replay, seq, end: whole?.length ?? end, flaws, ...(whole && { mended: whole }) };
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
