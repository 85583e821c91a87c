/**
 * A file beside a journal with what the journal's first bytes come to, so that large studies open quickly. It names these
 * bytes by their checksum: one that does not fit its journal, is damaged or of another version is as good as none, and it
 * may be deleted at any time.
 */
import { readFile } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import { crc32 } from 'node:zlib';
import { follow, type StudyState } from '../study/fold.ts';
import { withLateCurves } from '../study/late-curves.ts';
import type { Measurement, Trial } from '../study/trial.ts';
import { writeWhole } from '../write-whole.ts';
import { columnOf, readerOf, type Column } from './columns.ts';
import type { Prefix } from './journal-contents.ts';
import { createReplay, type ReplayState } from './replay.ts';

/** To be raised whenever a line, an event or a trial comes to mean something else. */
const version = 2;

/** Lines that are read at once without a snapshot. */
const fewLines = 20_000;

interface Stored extends Pick<Prefix, 'end' | 'crc' | 'seq'> {
  readonly version: number;
  readonly replay: ReplayState;
  readonly study: StudyState['study'];
  readonly earlier: StudyState['earlier'];
  readonly count: number;
  /** Without their curves. */
  readonly trials: Column;
  readonly curves: Column;
}

/**
 * Writes it where it pays.
 * @param lines of the journal that the present one lacks
 * @returns how many it lacks now
 */
export async function keepSnapshot(journal: string, prefix: Prefix, lines: number): Promise<number> {
  if (lines <= fewLines) return lines;
  try {
    await writeSnapshot(journal, prefix);
    return 0;
  } catch {
    // The folder takes no files, or the disk is full. The journal has it all.
    return lines;
  }
}

export async function writeSnapshot(journal: string, { end, crc, seq, replay, trials }: Prefix): Promise<void> {
  const { study, earlier, trials: all } = trials.state();
  const stored: Stored = {
    version,
    end,
    crc,
    seq,
    replay: replay.state(),
    study,
    earlier,
    count: all.length,
    trials: columnOf(all.map(trial => ({ ...trial, curve: null }))),
    curves: columnOf(all.map(({ curve }) => curve)),
  };
  const contents = serialize(stored);
  await writeWhole(pathOf(journal), Buffer.concat([checksum(contents), contents]));
}

/** Undefined where there is none, or none that can be used. */
export async function readSnapshot(journal: string): Promise<Prefix | undefined> {
  try {
    const bytes = await readFile(pathOf(journal));
    const contents = bytes.subarray(checksumLength);
    if (!bytes.subarray(0, checksumLength).equals(checksum(contents))) return undefined;
    const stored = deserialize(contents) as Stored;
    if (stored.version !== version) return undefined;
    const { end, crc, seq, study, earlier } = stored;
    const trials = follow({ ...(study && { study }), ...(earlier && { earlier }), trials: trialsIn(stored) });
    return { end, crc, seq, replay: createReplay(stored.replay), trials };
  } catch {
    return undefined;
  }
}

function trialsIn({ count, trials, curves }: Stored): readonly Trial[] {
  const readTrial = readerOf(trials) as (row: number) => Trial;
  const readCurve = readerOf(curves) as (row: number) => readonly Measurement[];
  return withLateCurves(
    Array.from({ length: count }, (_, row) => readTrial(row)),
    readCurve,
  );
}

const checksumLength = 4;

function checksum(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(checksumLength);
  sum.writeUInt32LE(crc32(bytes));
  return sum;
}

function pathOf(journal: string): string {
  return `${journal}.snapshot`;
}
