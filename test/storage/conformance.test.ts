/** What every storage promises. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openJournal, readJournal } from '../../src/storage/journal.ts';
import { memoryStorage } from '../../src/storage/memory.ts';
import { joinJournal } from '../../src/storage/shared-journal.ts';
import type { StudyEvent } from '../../src/study/events.ts';
import { fold } from '../../src/study/fold.ts';
import type { Storage } from '../../src/study/ports.ts';
import { at, line } from '../study/make-study.ts';
import { histories } from './histories.ts';

let folder: string;
let files = 0;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'tfjs-tune-test-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const storages = {
  memory: () => Promise.resolve(memoryStorage()),
  journal: () => openJournal(join(folder, `${files++}.log`)),
  'shared journal': () => joinJournal(join(folder, `${files++}.log`), () => undefined),
};

async function appendAll(storage: Storage, events: readonly StudyEvent[]): Promise<void> {
  for (const event of events) await storage.append(event);
}

describe.each(Object.entries(storages))('%s', (_, open) => {
  test('a new one is empty', async () => {
    const storage = await open();
    expect(await storage.read()).toEqual([]);
    await storage.close();
  });

  test('reads what was appended', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async events => {
        const storage = await open();
        await appendAll(storage, events);
        expect(await storage.read()).toEqual(events);
        expect(await storage.state()).toEqual(fold(events));
        await storage.close();
      }),
      { numRuns: 30 },
    );
  });

  test('keeps the order of events that are appended at once', async () => {
    const storage = await open();
    const events: StudyEvent[] = [
      { type: 'study-created', study: 's', direction: 'minimize', seed: 1, space: line, at },
      ...[0, 1, 2, 3].map(trial => ({ type: 'trial-started', trial, attempt: 1, config: { x: trial }, at }) as const),
    ];
    await Promise.all(events.map(event => storage.append(event)));
    expect(await storage.read()).toEqual(events);
    await storage.close();
  });

  test('what was read stays as it was', async () => {
    const storage = await open();
    const created: StudyEvent = { type: 'study-created', study: 's', direction: 'minimize', seed: 1, space: line, at };
    const before = await storage.read();
    await storage.append(created);
    expect(before).toEqual([]);
    await storage.close();
  });
});

test('a journal has the same events when it is opened again, in several sittings', async () => {
  await fc.assert(
    fc.asyncProperty(histories, fc.integer({ min: 1, max: 9 }), async (events, sitting) => {
      const path = join(folder, `${files++}.log`);
      for (let begin = 0; begin < events.length; begin += sitting) {
        const storage = await openJournal(path);
        expect(await storage.read()).toEqual(events.slice(0, begin));
        await appendAll(storage, events.slice(begin, begin + sitting));
        await storage.close();
      }
      expect(await readJournal(path)).toEqual(events);
    }),
    { numRuns: 40 },
  );
});
