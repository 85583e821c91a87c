/** A journal that is cut anywhere in its last records opens and goes on; only the torn record is lost. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { openJournal, readJournal } from '../../src/storage/journal.ts';
import { testFolder } from '../tune/test-folder.ts';
import { busyStudy, journalOf } from './busy-study.ts';

const path = join(testFolder(), 'journal.log');

test('at each of the last 1,500 bytes', async () => {
  const events = busyStudy(12);
  const lengths = await journalOf(path, events);
  const bytes = readFileSync(path);
  /** What is wrong with what becomes of the journal. */
  const cut = async (length: number): Promise<readonly string[]> => {
    writeFileSync(path, bytes.subarray(0, length));
    const whole = lengths.filter(end => end <= length).length;
    const told: string[] = [];
    const torn = await openJournal(path, text => told.push(text));
    const found = await torn.read();
    for (const event of events.slice(found.length)) await torn.append(event);
    await torn.close();
    const claims = {
      // The first line of a torn event may say it all.
      'has all whole events': found.length === whole || found.length === whole + 1,
      'has no other events': isDeepStrictEqual(found, events.slice(0, found.length)),
      'goes on': isDeepStrictEqual(await readJournal(path), events),
      'says nothing': told.length === 0,
    };
    return Object.entries(claims).flatMap(([claim, holds]) => (holds ? [] : [`${claim}: cut at ${length}`]));
  };
  const broken: string[] = [];
  let cuts = 0;
  for (let length = bytes.length - 1; cuts < 1500; length--, cuts++) broken.push(...(await cut(length)));
  expect(broken).toEqual([]);
  expect(bytes.length - cuts).toBeLessThan(lengths.at(-4)!);
});
