/** Snapshots change how fast a journal opens, and nothing else; whatever is wrong with one, the journal has it all. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readContents } from '../../src/storage/journal-contents.ts';
import { journalLines } from '../../src/storage/journal-text.ts';
import { openJournal, readJournal, readState } from '../../src/storage/journal.ts';
import { writeSnapshot } from '../../src/storage/snapshot.ts';
import type { StudyEvent } from '../../src/study/events.ts';
import { fold } from '../../src/study/fold.ts';
import type { Measurement } from '../../src/study/trial.ts';
import { at, line as space } from '../study/make-study.ts';
import { busyStudy } from './busy-study.ts';
import { histories } from './histories.ts';
import { folder, path } from './journal-place.ts';

const snapshot = (): string => `${path}.snapshot`;

/** A journal of these lines, with a snapshot of the first of them. */
async function write(lines: readonly string[], known: number): Promise<void> {
  rmSync(snapshot(), { force: true });
  writeFileSync(path, lines.slice(0, known).join(''));
  await writeSnapshot(path, await readContents(path));
  writeFileSync(path, lines.join(''));
}

/** What it holds, and how many lines had to be read. */
async function found() {
  const { lines, trials, seq, end, crc, replay } = await readContents(path);
  return { lines, state: trials.state(), rest: { seq, end, crc, replay: replay.state() } };
}

async function expectSame(lines: readonly string[], known: number): Promise<void> {
  await write(lines, known);
  const quick = await found();
  const events = await readJournal(path);
  rmSync(snapshot());
  const whole = await found();
  expect([quick.lines, whole.lines]).toEqual([lines.length - known, lines.length]);
  expect(quick.state).toEqual(fold(events));
  expect(JSON.stringify(quick.state)).toBe(JSON.stringify(whole.state));
  expect(quick.rest).toEqual(whole.rest);
}

test('any study is the same from a snapshot of any part of it', async () => {
  await fc.assert(
    fc.asyncProperty(histories, fc.double({ min: 0, max: 1, noNaN: true }), async (events, part) => {
      const lines = [...journalLines(events)];
      await expectSame(lines, Math.round(part * lines.length));
    }),
    { numRuns: 100 },
  );
});

test('a study goes on with the same lines', async () => {
  const events = busyStudy(12);
  const lines = [...journalLines(events)];
  for (let known = 1; known < lines.length; known += 5) {
    await write(lines.slice(0, known), known);
    const journal = await openJournal(path);
    const stored = await journal.read();
    // Where an event of several lines has begun, it is written again.
    for (const event of events.slice(stored.length)) await journal.append(event);
    expect(await journal.read()).toEqual(events);
    expect(await journal.state()).toEqual(fold(await journal.read()));
    await journal.close();
    expect(await readState(path)).toEqual({ ...fold(await readJournal(path)), flaws: 0 });
  }
});

const golden = fileURLToPath(new URL('../golden', import.meta.url));
const journals = readdirSync(join(golden, 'journals')).filter(name => name.endsWith('.jsonl'));

test.each(['optuna-journal.log', ...journals.map(name => join('journals', name))])(
  '%s is the same, whichever line Optuna went on after',
  async name => {
    const lines = readFileSync(join(golden, name), 'utf8').split(/(?<=\n)/);
    for (let known = 0; known <= lines.length; known++) await expectSame(lines, known);
  },
);

describe('a snapshot is passed over', () => {
  const lines = [...journalLines(busyStudy(16))];

  async function expectIgnored(): Promise<void> {
    const { lines: read, state } = await found();
    expect(read).toBe(lines.length);
    expect(state).toEqual(fold(busyStudy(16)));
  }

  test('when any byte of it is wrong, or some are missing', async () => {
    await write(lines, 60);
    const bytes = readFileSync(snapshot());
    for (let place = 0; place < bytes.length; place += 13) {
      writeFileSync(snapshot(), bytes.with(place, bytes[place]! ^ 1));
      await expectIgnored();
    }
    for (const length of [0, 3, 4, 5, 100, bytes.length - 1]) {
      writeFileSync(snapshot(), bytes.subarray(0, length));
      await expectIgnored();
    }
  });

  test.each([
    ['another version', { version: -1 }],
    ['nothing', {}],
    ['a longer journal', { version: 1, end: 1e9, crc: 0 }],
  ])('when it is of %s', async (_, contents) => {
    await write(lines, 60);
    const whole = deserialize(readFileSync(snapshot()).subarray(4)) as object;
    const bytes = serialize('end' in contents || 'version' in contents ? { ...whole, ...contents } : contents);
    const sum = Buffer.alloc(4);
    sum.writeUInt32LE(crc32(bytes));
    writeFileSync(snapshot(), Buffer.concat([sum, bytes]));
    await expectIgnored();
  });

  test('when it is that of another journal', async () => {
    const later = busyStudy(16).map(event => ('at' in event ? { ...event, at: '2027-03-04T05:06:07.000Z' } : event));
    await write([...journalLines(later)], 60);
    copyFileSync(snapshot(), `${path}.other`);
    await write(lines, 60);
    copyFileSync(`${path}.other`, snapshot());
    await expectIgnored();
  });

  test.each([10, 59, 70])('when line %d of the journal is damaged, which is told as ever', async number => {
    await write(lines, 60);
    const damaged = lines.with(number - 1, lines[number - 1]!.replace('"worker_id"', '"worker-id"'));
    writeFileSync(path, damaged.join(''));
    expect((await readState(path)).flaws).toBe(1);
    const told: string[] = [];
    await (await openJournal(path, text => told.push(text))).close();
    expect(told).toEqual([`${path}: damaged and left out: line ${number}; kept in ${path}.damaged`]);
    expect(await readState(path)).toEqual({ ...fold(await readJournal(path)), flaws: 0 });
  });
});

test('what a crash cut short after the snapshot is dropped', async () => {
  const lines = [...journalLines(busyStudy(16))];
  await write(lines, 60);
  writeFileSync(path, lines.join('').slice(0, -9));
  const journal = await openJournal(path);
  expect(await journal.state()).toEqual(fold(await journal.read()));
  await journal.close();
  expect(readFileSync(path, 'utf8')).toBe(lines.slice(0, -1).join(''));
  expect((await found()).lines).toBe(lines.length - 61);
});

describe('a large journal', () => {
  const measured = (step: number): StudyEvent => {
    const measurement: Measurement = { step, value: step };
    return { type: 'trial-measured', trial: 0, measurement };
  };
  const many: readonly StudyEvent[] = [
    { type: 'study-created', study: 'test', direction: 'minimize', seed: 1, space, at },
    { type: 'trial-started', trial: 0, attempt: 1, config: { x: 1 }, at },
    ...Array.from({ length: 20_000 }, (_, index) => measured(index + 1)),
  ];
  const lines = [...journalLines(many)];

  test('has a snapshot from its first opening on', async () => {
    writeFileSync(path, lines.join(''));
    await (await openJournal(path)).close();
    expect(readdirSync(folder).toSorted()).toEqual(['journal.log', 'journal.log.snapshot']);
    const { lines: read, state } = await found();
    expect(read).toBe(0);
    expect(state).toEqual(fold(many));
  });

  test('has one after it has grown', async () => {
    writeFileSync(path, lines.slice(0, 20_000).join(''));
    const journal = await openJournal(path);
    expect(existsSync(snapshot())).toBe(false);
    await journal.append(measured(20_001));
    await journal.close();
    const { lines: read, state } = await found();
    expect(read).toBe(0);
    expect(state).toEqual(fold(await readJournal(path)));
  });

  test('opens where no snapshot can be written', async () => {
    writeFileSync(path, lines.join(''));
    mkdirSync(`${snapshot()}.part`);
    writeFileSync(join(`${snapshot()}.part`, 'full'), '');
    const journal = await openJournal(path);
    await journal.append(measured(20_001));
    await journal.close();
    expect(existsSync(snapshot())).toBe(false);
    expect((await readState(path)).trials[0]!.curve).toHaveLength(20_001);
  });

  test('takes no notice of a snapshot that was being written when its process was killed', async () => {
    writeFileSync(path, lines.join(''));
    writeFileSync(`${snapshot()}.part`, 'half a snapshot');
    await (await openJournal(path)).close();
    expect(readdirSync(folder).toSorted()).toEqual(['journal.log', 'journal.log.snapshot']);
    expect((await found()).lines).toBe(0);
  });
});
