/** A study whose space changed tells which trials are of which version. */
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { markdown } from '../../src/report/markdown.ts';
import { summarize } from '../../src/report/summarize.ts';
import { trialsCsv } from '../../src/report/trials-csv.ts';
import { completeTrial, input } from './study.ts';

const config = input.trials[0]!.config;
const trials = [completeTrial(0, 0.5, config), { ...completeTrial(1, 0.4, config), version: 2 }];

test('in one line of the report, in each of its rows, and in a column of the CSV', () => {
  const report = summarize({ ...input, trials });
  expect(report.trials.map(({ version }) => version)).toEqual([undefined, 2]);
  expect(markdown(report)).toContain(
    'The space changed while the study went on: trials are 1 of version 1, 1 of version 2.',
  );
  const rows = parse(trialsCsv(trials, [], 1), { columns: true }) as Record<string, string>[];
  expect(rows.map(row => row['space_version'])).toEqual(['1', '2']);
});

test('and nothing of it where it never changed', () => {
  expect(markdown(summarize(input))).not.toContain('version 1');
  expect(trialsCsv(input.trials, [], 1)).not.toContain('space_version');
});
