/** Row 1: a study of 10,000 trials goes on within a second; and after a power cut, which may leave anything beyond the last fsync. */
import { statSync, writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { journalText } from '../../src/storage/journal-text.ts';
import { openJournal, readJournal } from '../../src/storage/journal.ts';
import { busyStudy, journalOf } from '../storage/busy-study.ts';
import { makeStudy } from '../study/make-study.ts';
import { testFolder } from '../tune/test-folder.ts';
import { rounds, say } from './soak.ts';

const folder = testFolder();

test('10,000 trials', async () => {
  const path = join(folder, 'long.log');
  const events = busyStudy(10_000);
  writeFileSync(path, journalText(events));
  const [created] = events;
  if (created?.type !== 'study-created') throw new Error('the first event creates the study');
  const begin = performance.now();
  const study = await makeStudy({ ...created, name: created.study, storage: await openJournal(path) });
  const milliseconds = performance.now() - begin;
  expect(study.trials()).toHaveLength(10_000);
  await study.close();
  say(`10,000 trials, ${(statSync(path).size / 1e6).toFixed(1)} MB: open after ${milliseconds.toFixed(0)} ms`);
  expect(milliseconds).toBeLessThan(10_000);
});

test(
  'at each fsync, with whatever the disk has of what came after',
  async () => {
    const path = join(folder, 'cut.log');
    const events = busyStudy(rounds(10, 60));
    const ends = await journalOf(path, events);
    const bytes = readFileSync(path);
    const broken: string[] = [];
    for (const [index, end] of ends.slice(0, -1).entries()) {
      const next = bytes.subarray(end, ends[index + 1]);
      const half = next.length >> 1;
      const zeros = Buffer.alloc(next.length);
      const tails = {
        nothing: Buffer.alloc(0),
        zeros,
        'the first half': next.subarray(0, half),
        'zeros after the first half': Buffer.concat([next.subarray(0, half), zeros.subarray(half)]),
        // Pages reach the disk in any order.
        'zeros before the second half': Buffer.concat([zeros.subarray(0, half), next.subarray(half)]),
        'all of it': next,
      };
      for (const [what, tail] of Object.entries(tails)) {
        writeFileSync(path, Buffer.concat([bytes.subarray(0, end), tail]));
        const cut = await openJournal(path, () => undefined);
        const found = await cut.read();
        for (const event of events.slice(found.length)) await cut.append(event);
        await cut.close();
        const keepsAll = isDeepStrictEqual(found.slice(0, index + 1), events.slice(0, index + 1));
        const goesOn = isDeepStrictEqual(await readJournal(path), events);
        // Half an event may be there: lines that say nothing yet, or its first of several.
        if (!keepsAll || !goesOn) broken.push(`${what} after event ${index}`);
      }
    }
    expect(broken).toEqual([]);
    say(`${ends.length - 1} fsyncs, 6 tails each: nothing acknowledged is lost, and all go on`);
  },
  rounds(60_000, 600_000),
);
