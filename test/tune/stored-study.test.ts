/** Which reports tell of a study as it is, and which studies are still to be gone on with. */
import { describe, expect, test } from 'vitest';
import type { Report, RunEnd } from '../../src/report/report.ts';
import { summarize } from '../../src/report/summarize.ts';
import type { Trial } from '../../src/study/trial.ts';
import { isUnfinished, tellsOf } from '../../src/tune/stored-study.ts';
import { input, time } from '../report/study.ts';

const { model: _, ...study } = input;
const { trials } = study;

function reportOf(stopped: RunEnd = 'trials'): Report {
  return summarize({ ...study, stopped });
}

function withTrial(id: number, change: Partial<Trial>): readonly Trial[] {
  return trials.map(trial => (trial.id === id ? { ...trial, ...change } : trial));
}

describe('a report tells of a study', () => {
  test('that has the same trials, also where it does not say when they began', () => {
    const report = reportOf();
    expect(tellsOf(report, trials)).toBe(true);
    const early = report.trials.map(trial => {
      const { startedAt: _begun, ...others } = trial;
      return others;
    });
    expect(tellsOf({ ...report, trials: early }, trials)).toBe(true);
  });

  test('but not of as many others, of more, or of those that went on', () => {
    const report = reportOf();
    expect(tellsOf(report, withTrial(4, { startedAt: time(100_000) }))).toBe(false);
    expect(tellsOf(report, trials.slice(1))).toBe(false);
    expect(tellsOf(report, withTrial(1, { state: 'interrupted' }))).toBe(false);
  });
});

test('a study is unfinished until a run of it came to an end, whoever had a report made meanwhile', () => {
  expect(isUnfinished({ trials })).toBe(true);
  expect(isUnfinished({ trials, report: reportOf('interrupted') })).toBe(true);
  expect(isUnfinished({ trials, report: reportOf('running') })).toBe(true);
  expect(isUnfinished({ trials, report: reportOf() })).toBe(false);
  expect(isUnfinished({ trials: withTrial(1, { state: 'running' }), report: reportOf() })).toBe(true);
});
