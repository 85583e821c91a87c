/** What someone sees who looks at a study while another process runs it. */
import { appendFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { placeOf } from '../../src/tune/study-place.ts';
import { openJournal } from '../../src/storage/journal.ts';
import type { Storage } from '../../src/study/ports.ts';
import { watchStudy, type Seen, type View } from '../../src/tune/watch-study.ts';
import { writeStudy } from '../cli/stored-study.ts';
import { input, time, trials } from '../report/study.ts';
import { testFolder } from './test-folder.ts';

const reports = testFolder();

/** Looks, each after so many milliseconds that it is time for another page. */
function watching(name: string, pageOf: (seen: Seen) => string = seen => JSON.stringify(seen)) {
  const clock = { now: 0 };
  const look = watchStudy(placeOf(reports, name), pageOf, () => clock.now);
  return {
    clock,
    look,
    async later(): Promise<View> {
      clock.now += 1e6;
      return look();
    },
  };
}

const reportOf = (view: View) => ('report' in view ? view.report : undefined);
const idsOf = (view: View) => reportOf(view)?.trials.map(({ trial }) => trial);

async function addTrial(journal: Storage, trial: number): Promise<void> {
  await journal.append({ type: 'trial-started', trial, attempt: 1, config: trials[0]!.config, at: time(trial) });
}

test('it is new when the study has gone on, and else the same', async () => {
  await writeStudy(reports, 'goes-on', { ...input, trials: trials.slice(0, 2) });
  const { later } = watching('goes-on');
  const first = await later();
  expect(idsOf(first)).toEqual([0, 1]);
  expect(reportOf(first)?.run.stopped).toBe('interrupted');
  expect(await later()).toBe(first);
  const journal = await openJournal(placeOf(reports, 'goes-on').journal);
  await addTrial(journal, 2);
  const second = await later();
  expect(idsOf(second)).toEqual([0, 1, 2]);
  expect(reportOf(second)?.run.stopped).toBe('running');
  expect(await later()).toBe(second);
  await journal.close();
  expect(reportOf(await later())?.run.stopped).toBe('interrupted');
});

test('nothing is read while there is no time for another page', async () => {
  await writeStudy(reports, 'paced', { ...input, trials: trials.slice(0, 1) });
  const { clock, look } = watching('paced', seen => {
    // It takes two seconds to draw.
    clock.now += 2000;
    return 'report' in seen ? String(seen.report.trials.length) : '';
  });
  expect((await look()).page).toBe('1');
  const journal = await openJournal(placeOf(reports, 'paced').journal);
  await addTrial(journal, 1);
  await journal.close();
  clock.now += 7999;
  expect((await look()).page).toBe('1');
  clock.now += 1;
  expect((await look()).page).toBe('2');
});

test('those who look at the same time see the same', async () => {
  await writeStudy(reports, 'shared', input);
  let drawn = 0;
  const { look } = watching('shared', () => String((drawn += 1)));
  const views = await Promise.all(Array.from({ length: 5 }, look));
  expect(new Set(views).size).toBe(1);
  expect(drawn).toBe(1);
});

test('a line that is being written is not there yet, and no damage', async () => {
  await writeStudy(reports, 'torn', input);
  const { journal } = placeOf(reports, 'torn');
  const bytes = readFileSync(journal);
  const { later } = watching('torn');
  const line = bytes.lastIndexOf(10, bytes.length - 2) + 1;
  const ids = idsOf(await later())!;
  const states: string[] = [];
  for (const end of [line, line + 1, line + 30, bytes.length - 1, bytes.length]) {
    writeFileSync(journal, bytes.subarray(0, end));
    const view = await later();
    expect(idsOf(view)).toEqual(ids);
    states.push(reportOf(view)!.trials.at(-1)!.state);
  }
  expect(states).toEqual(['running', 'running', 'running', 'running', 'complete']);
});

test('a journal may be damaged, mended, gone, or begun anew', async () => {
  await writeStudy(reports, 'mended', input);
  await writeStudy(reports, 'another', { ...input, trials: trials.slice(0, 3) });
  const { journal } = placeOf(reports, 'mended');
  const { later } = watching('mended');
  const all = idsOf(await later());
  const bytes = readFileSync(journal);
  const damaged = Buffer.from(bytes);
  damaged.fill('x', bytes.length >> 1, (bytes.length >> 1) + 5);
  writeFileSync(journal, damaged);
  expect(idsOf(await later())).toEqual(all);
  await (await openJournal(journal, () => undefined)).close();
  expect(idsOf(await later())).toEqual(all);
  rmSync(journal);
  expect(await later()).toMatchObject({ problem: { code: 'FILE_UNREADABLE' } });
  writeFileSync(journal, '');
  expect(await later()).toMatchObject({ problem: { message: expect.stringContaining('does not say what is tuned') } });
  renameSync(placeOf(reports, 'another').journal, journal);
  expect(idsOf(await later())).toEqual([0, 1, 2]);
  appendFileSync(journal, 'what is this?\n');
  expect(idsOf(await later())).toEqual([0, 1, 2]);
});

test('what cannot be drawn is a problem that is shown', async () => {
  await writeStudy(reports, 'drawn', input);
  const { later } = watching('drawn', seen => {
    if ('report' in seen) throw new Error('no paint');
    return String(seen.problem);
  });
  expect((await later()).page).toBe('Error: no paint');
});

test('before the first trial there is a report', async () => {
  await writeStudy(reports, 'begun', { ...input, trials: [] });
  expect(reportOf(await watching('begun').later())?.trials).toEqual([]);
});
