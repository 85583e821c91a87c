/** Journals of every version open for ever: test/golden/journals, written by test/golden/make-journals.js of that version. */
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { trialStates } from '../../src/report/trial-states.ts';
import { openJournal, readJournal } from '../../src/storage/journal.ts';
import { formatVersion } from '../../src/storage/replay.ts';
import type { StudyEvent } from '../../src/study/events.ts';
import { fold } from '../../src/study/fold.ts';
import { refusal } from '../study/make-study.ts';
import { path } from './journal-place.ts';

const golden = fileURLToPath(new URL('../golden/journals', import.meta.url));
const names = readdirSync(golden).filter(name => name.endsWith('.jsonl'));

function expected(name: string): readonly StudyEvent[] {
  const text = readFileSync(join(golden, name.replace('.jsonl', '.events.json')), 'utf8');
  return JSON.parse(text, (_, value: unknown) =>
    typeof value === 'string' && value.startsWith('number ') ? Number(value.slice(7)) : value,
  ) as StudyEvent[];
}

test.each(names)('%s says what it said, and opens without a change', async name => {
  copyFileSync(join(golden, name), path);
  const told: string[] = [];
  const journal = await openJournal(path, text => told.push(text));
  expect(await journal.read()).toEqual(expected(name));
  expect(told).toEqual([]);
  expect(readFileSync(path)).toEqual(readFileSync(join(golden, name)));
  const running = fold(await journal.read()).trials.filter(({ state }) => state === 'running');
  for (const { id: trial } of running)
    await journal.append({
      type: 'trial-finished',
      trial,
      result: { state: 'failed', failure: { cause: 'crash', message: '' } },
      at: '2027-01-01T00:00:00.000Z',
    });
  await journal.close();
  expect((await readJournal(path)).slice(0, -running.length || undefined)).toEqual(expected(name));
});

test('together they have all there is', () => {
  const states = new Set<string>();
  const events = names.flatMap(expected);
  for (const name of names) for (const { state } of fold(expected(name)).trials) states.add(state);
  expect([...states].toSorted()).toEqual(trialStates.toSorted());
  const text = JSON.stringify(events);
  const keys = ['directions', 'deterministic', 'unseen', 'gradients', 'sections', 'stopped', 'values', 'metrics'];
  for (const key of [...keys, 'file', 'version', 'confirms', 'member', 'signal']) expect(text).toContain(`"${key}":`);
});

test('one of the next version is refused, and stays as it is', async () => {
  const text = readFileSync(join(golden, 'v1-one.jsonl'), 'utf8');
  const newer = text.replace(`{"format":${formatVersion},`, `{"format":${formatVersion + 1},`);
  // Without checksums; the last line torn, and one damaged.
  const lines = newer.replaceAll(/,"crc":"\w+"/g, '').split(/(?<=\n)/);
  writeFileSync(path, lines.with(5, 'x\n').join('').slice(0, -9));
  const before = readFileSync(path);
  for (const open of [openJournal, readJournal]) {
    const { message } = await refusal(open(path), 'STORAGE_FAILED');
    expect(message).toBe(`${path}:2: a newer version of tfjs-tune wrote this journal`);
  }
  expect(readFileSync(path)).toEqual(before);
  expect(existsSync(`${path}.damaged`)).toBe(false);
});
