/** What each worker did; the numbers are worked out by hand, from the stretches in the comments. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { html } from '../../src/report/html/html.ts';
import { toJsonText } from '../../src/report/json.ts';
import { markdown } from '../../src/report/markdown.ts';
import { parseReport } from '../../src/report/parse-report.ts';
import { reportCsv } from '../../src/report/report-csv.ts';
import { workersSection } from '../../src/report/sections/workers.ts';
import { summarize } from '../../src/report/summarize.ts';
import { workersOf } from '../../src/report/workers.ts';
import type { Measurement, Trial } from '../../src/study/trial.ts';
import { input, time, trials as local } from './study.ts';

interface Ran {
  readonly worker?: unknown;
  /** Seconds from the beginning of the study. */
  readonly from: number;
  readonly to: number;
  readonly seconds?: number;
  readonly epochs?: number;
}

let count = 0;

function ran({ worker, from, to, seconds, epochs }: Ran, facts: Partial<Trial> = {}): Trial {
  return {
    id: count++,
    state: 'complete',
    attempt: 1,
    config: {},
    value: 0.5,
    curve: [],
    startedAt: time(from),
    finishedAt: time(to),
    attributes: {
      ...(worker !== undefined && { worker }),
      ...(seconds !== undefined && { seconds }),
      ...(epochs !== undefined && { epochs }),
    },
    ...facts,
  };
}

const curve: Measurement[] = [1, 2, 3, 4, 5, 6].map(step => ({ step, value: 1 / step }));

describe('workers', () => {
  test('one trial after the other: the time in which a trial waits for its worker is no time of the worker', () => {
    const trials = [
      // 0 to 100, and 120 to 200: busy 180 of 200 seconds
      ran({ worker: 'ada', from: 0, to: 100, seconds: 100, epochs: 50 }),
      ran({ worker: 'ada', from: 0, to: 200, seconds: 80, epochs: 40 }, { state: 'pruned', stopped: 'pruner' }),
    ];
    expect(workersOf(trials)).toEqual([
      {
        name: 'ada',
        trials: 2,
        failed: 0,
        epochs: 90,
        busySeconds: 180,
        busyShare: 0.9,
        trialsPerHour: 36,
        epochsPerSecond: 0.5,
      },
    ]);
  });

  test('several at once: their time counts once', () => {
    const trials = [
      // 10 to 60, 40 to 100, 50 to 70 and 130 to 160: busy 120 of 150 seconds
      ran({ worker: 'bob', from: 130, to: 160, seconds: 30, epochs: 11 }),
      ran({ worker: 'bob', from: 40, to: 100, seconds: 60, epochs: 6 }),
      ran({ worker: 'bob', from: 10, to: 60, seconds: 50, epochs: 5 }),
      // One that crashed brings no facts but its times, and the epochs that it reported.
      ran({ worker: 'bob', from: 50, to: 70 }, { state: 'failed', curve: curve.slice(0, 2) }),
    ];
    expect(workersOf(trials)).toEqual([
      {
        name: 'bob',
        trials: 4,
        failed: 1,
        epochs: 24,
        busySeconds: 120,
        busyShare: 0.8,
        trialsPerHour: 96,
        epochsPerSecond: 0.2,
      },
    ]);
  });

  test('a trial cannot take longer than it was there: seconds of earlier attempts are in it', () => {
    const [row] = workersOf([ran({ worker: 'ada', from: 100, to: 150, seconds: 400 })]);
    expect(row).toMatchObject({ busySeconds: 50, busyShare: 1, trialsPerHour: 72 });
  });

  test('most trials first, then by name', () => {
    const names = ['b', 'c', 'a', 'c'].map(worker => ran({ worker, from: 0, to: 9 }));
    expect(workersOf(names).map(({ name }) => name)).toEqual(['c', 'a', 'b']);
  });

  test('no rates where no time has passed', () => {
    expect(workersOf([ran({ worker: 'ada', from: 5, to: 5, seconds: 0 })])).toEqual([
      { name: 'ada', trials: 1, failed: 0, epochs: 0, busySeconds: 0 },
    ]);
  });

  test('trials that have not ended, and names that are none, do not count', () => {
    const trials = [
      ran({ worker: 'ada', from: 0, to: 9 }, { state: 'interrupted' }),
      ran({ worker: 7, from: 0, to: 9 }),
      ran({ from: 0, to: 9 }),
    ];
    expect(workersOf(trials)).toEqual([]);
  });

  test('epochs of a trainer that does not count them are its steps', () => {
    expect(workersOf([ran({ worker: 'ada', from: 0, to: 3 }, { curve })])).toMatchObject([
      { epochs: 6, epochsPerSecond: 2 },
    ]);
  });
});

/** The study with a worker for each trial. */
function reportBy(nameOf: (id: number) => string) {
  const trials = local.map(trial => ({ ...trial, attributes: { ...trial.attributes, worker: nameOf(trial.id) } }));
  return summarize({ ...input, trials });
}

describe('in a report', () => {
  test('nothing is said where no trial names a worker', () => {
    const report = summarize(input);
    expect(report).not.toHaveProperty('workers');
    expect(workersSection(report)).toEqual([]);
    expect(reportCsv(report)).not.toContain('worker');
    expect(`${html(report)}${markdown(report)}`).not.toMatch(/workers?\b/i);
  });

  test('a table has them all, and each trial names its own', () => {
    const report = reportBy(id => (id < 6 ? 'ada-1' : 'bob-2'));
    expect(report.trials.map(({ worker }) => worker).slice(5, 7)).toEqual(['ada-1', 'bob-2']);
    // Of ada: 0 to 4, 5 to 9, 10 to 11, 15 to 19, 20 to 22 and 25 to 27. Of bob: 30 to 33, 35 to 39 and 40 to 44.
    expect(workersSection(report)).toEqual([
      '#### Workers',
      '',
      '| worker | trials | failed | epochs | busy |  share | trials per hour | epochs per second |',
      '| ------ | -----: | -----: | -----: | ---: | -----: | --------------: | ----------------: |',
      '| ada-1  |      6 |      2 |     32 | 17 s | 63.0 % |             800 |             1.882 |',
      '| bob-2  |      3 |      1 |     16 | 11 s | 78.6 % |           771.4 |             1.455 |',
      '',
      expect.stringContaining('busy'),
    ]);
    expect(markdown(report)).toContain('#### Workers');
    expect(html(report)).toMatch(/<caption>Workers<\/caption>[^]*<th scope="row" class="left">ada-1<\/th>/);
    expect(reportCsv(report).split('\r\n')[0]!.split(',')).toContain('worker');
  });

  test('twenty are shown', () => {
    const report = summarize({
      ...input,
      trials: Array.from({ length: 25 }, (_, id) => ran({ worker: `w${id}`, from: 0, to: 1 }, { id })),
    });
    expect(report.workers).toHaveLength(25);
    expect(workersSection(report).at(-1)).toBe('5 more workers are in report.json.');
  });

  test('names are text of other machines', () => {
    const evil = '=HYPERLINK("https://evil.example/")|<b>`x`\u001b[31m';
    const report = reportBy(() => evil);
    expect(reportCsv(report)).toContain(`"'=HYPERLINK(""https://evil.example/"")`);
    const text = workersSection(report).join('\n');
    for (const active of ['<b>', '\u001b', '://', ')|']) expect(text).not.toContain(active);
    expect(html(report)).not.toContain('<b>`x`');
  });

  test('it is read again as it was written, whatever a worker is called', () => {
    const report = reportBy(() => 'NaN');
    expect(parseReport(toJsonText(report))).toEqual(report);
  });

  test('a report of before there were workers is still read', () => {
    const text = readFileSync(new URL('../../reports/sample/report.json', import.meta.url), 'utf8');
    expect(text).not.toContain('"worker');
    expect(toJsonText(parseReport(text))).toBe(text);
  });
});
