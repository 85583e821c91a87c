/** A study of 5,000 trials with ten epochs each. It takes seconds; what grew with the square would not end. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { journalText } from '../../src/storage/journal-text.ts';
import { openJournal } from '../../src/storage/journal.ts';
import type { StudyEvent } from '../../src/study/events.ts';
import { makeStudy } from '../study/make-study.ts';

const trials = 5000;
const epochs = 10;
const at = '2026-03-04T05:06:07.000Z';
const events: StudyEvent[] = [];

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'tfjs-tune-test-'))));
afterAll(() => rmSync(folder, { recursive: true }));

test('is asked, reported and told', async () => {
  const study = await makeStudy({ direction: 'maximize', sampler: { suggest: ({ trial }) => ({ x: trial % 101 }) } });
  events.push({ type: 'study-created', study: 'test', direction: 'maximize', seed: 1, space: study.space, at });
  study.listen(event => events.push(event));
  for (let id = 0; id < trials; id++) {
    await study.ask();
    for (let step = 1; step <= epochs; step++)
      await study.report(id, { step, value: Math.sin(id * step), metrics: { trainLoss: 0.5, seconds: 1.25 } });
    await study.tell(id, { state: 'complete', value: Math.sin(id), attributes: { bestEpoch: 3, seconds: 12.5 } });
  }
  expect(study.trials()).toHaveLength(trials);
});

test('is opened from its journal', async () => {
  const path = join(folder, 'journal.log');
  writeFileSync(path, journalText(events));
  const study = await makeStudy({ direction: 'maximize', storage: await openJournal(path) });
  expect(study.trials()).toHaveLength(trials);
  expect(study.best()?.value).toBeCloseTo(1, 4);
  await study.close();
});
