/**
 * Fault 25: a report over broken data. With no trial, one, failed ones alone, or 10,000, and whatever has become of the
 * previous report, all three files are written, say what is missing, and are there in time (10 s on a quiet machine).
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { placeOf } from '../../src/tune/study-place.ts';
import { readPlace } from '../../src/cli/studies.ts';
import { parseReport } from '../../src/report/parse-report.ts';
import type { ReportInput } from '../../src/report/report.ts';
import { summarize } from '../../src/report/summarize.ts';
import { latestReport, reserveReportFolder, writeReport } from '../../src/report/write.ts';
import type { Trial } from '../../src/study/trial.ts';
import { testFolder } from '../tune/test-folder.ts';
import { writeStudy } from '../cli/stored-study.ts';
import { completeTrial, input, time } from './study.ts';

const folder = testFolder();
const config = { learningRate: 0.01, units: 64, optimizer: 'adam', normalize: true };

function failed(id: number, failure: Trial['failure'] & object): Trial {
  return { id, state: 'failed', attempt: 1, config, curve: [], failure, startedAt: time(id), finishedAt: time(id + 1) };
}

let written = 0;

/** What the files say, and how long that took. */
async function report(given: Partial<ReportInput>) {
  const reserved = await reserveReportFolder(join(folder, `study-${written++}`), new Date());
  const begun = performance.now();
  const { model: _, ...others } = input;
  const files = await writeReport(summarize({ ...others, ...given }), reserved);
  const seconds = (performance.now() - begun) / 1000;
  const [markdown, json, html] = await Promise.all(
    [files.markdown, files.json, files.html].map(path => readFile(path, 'utf8')),
  );
  const page = parseHTML(html!).document.querySelector('main')!.textContent!;
  return { markdown: markdown!, report: parseReport(json!)!, page, html: html!, seconds };
}

describe('all files are written, and say what is missing', () => {
  test('without a trial', async () => {
    const { markdown, page, report: found } = await report({ trials: [], stopped: 'interrupted' });
    expect(markdown).toContain('**No trial ran.**');
    expect(page).toContain('No trial ran.');
    expect(markdown + page).not.toMatch(/NaN|undefined|Infinity/);
    expect(found.trials).toEqual([]);
    expect(found.best).toBeUndefined();
    expect(found.cost).toMatchObject({ trialSeconds: 0, discardedShare: 0 });
  });

  test('with one, which is its own baseline', async () => {
    const { markdown, page, report: found } = await report({ trials: [completeTrial(0, 0.5, config)] });
    expect(found).toMatchObject({ best: { trial: 0 }, baseline: { trial: 0 }, gain: { absolute: 0 } });
    expect(markdown + page).not.toMatch(/NaN|undefined|Infinity/);
  });

  test.each([
    [
      'every loss NaN',
      Array.from({ length: 5 }, (_, id) => failed(id, { cause: 'nan', message: 'the value was NaN' })),
    ],
    ['every one failed', Array.from({ length: 3 }, (_, id) => failed(id, { cause: 'error', message: `no ${id}` }))],
  ] as const)('with %s', async (_, trials) => {
    const { markdown, page, report: found } = await report({ trials });
    expect(markdown).toContain(`**No trial completed: ${trials.length} failed, 0 pruned.**`);
    expect(page).toContain(`No trial completed: ${trials.length} failed, 0 pruned.`);
    expect(page).toContain(found.failures[0]!.message);
    expect(found.best).toBeUndefined();
    expect(found.failures.map(({ count }) => count)).toEqual([trials.length]);
    expect(markdown).toContain(found.failures[0]!.message);
  });

  test('with trials that never began, or never ended', async () => {
    const running: Trial = { id: 0, state: 'running', attempt: 1, config, curve: [], startedAt: time(0) };
    const waiting: Trial = { ...running, id: 1, state: 'waiting', attempt: 0, config: {} };
    const { markdown, page, report: found } = await report({ trials: [running, waiting] });
    expect(found.trials.map(({ state }) => state)).toEqual(['running', 'waiting']);
    expect(markdown + page).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('with 10,000, in time', async () => {
    const trials = Array.from({ length: 10_000 }, (_, id) =>
      id % 7 === 3
        ? failed(id, { cause: 'nan', message: `the value was NaN in epoch ${id % 5}` })
        : completeTrial(id, 0.1 + ((id * 7919) % 1000) / 1000, { ...config, units: 16 + (id % 200) }),
    );
    const { markdown, html, page, report: found, seconds } = await report({ trials });
    process.stderr.write(
      `report of 10,000 trials: ${seconds.toFixed(2)} s, ${markdown.length} characters of Markdown, ${html.length} of HTML\n`,
    );
    expect(found.trials).toHaveLength(10_000);
    expect(markdown.length).toBeLessThan(200_000);
    expect(html.length).toBeLessThan(6e6);
    expect(page).toContain('the best ones of 10,000 and an even sample of the others, 2,000 in all');
    // Ten times what the fault allows: other tests run beside this one.
    expect(seconds).toBeLessThan(100);
  }, 150_000);
});

describe('whatever has become of the previous report', () => {
  const previous = [
    '',
    '{',
    'null',
    '[]',
    '{"schema":"tune-report/1"}',
    '{"schema":"tune-report/1","trials":3}',
    '\0\0\0',
  ];

  test.each([undefined, ...previous, '{"schema":"tune-report/1","study":null,"run":null,"trials":[null]}'])(
    '%j: it is passed over, and a new one is written',
    async text => {
      const name = `after-${written++}`;
      await writeStudy(folder, name, input);
      const place = placeOf(folder, name);
      await mkdir(join(place.folder, '2026-01-01'), { recursive: true });
      if (text !== undefined) await writeFile(join(place.folder, '2026-01-01', 'report.json'), text);
      expect(await latestReport(place.folder)).toBeUndefined();
      const { trials, report: none } = await readPlace(place);
      expect([trials.length, none]).toEqual([input.trials.length, undefined]);
      const files = await writeReport(summarize(input), await reserveReportFolder(place.folder, new Date()));
      expect((await latestReport(place.folder))?.files).toEqual(files);
    },
  );
});
