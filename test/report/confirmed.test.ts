/** The report says what the best configurations came to with fresh seeds, and how lucky their values were. */
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { markdown } from '../../src/report/markdown.ts';
import { summarize } from '../../src/report/summarize.ts';
import { trialsCsv } from '../../src/report/trials-csv.ts';
import { trialSeed } from '../../src/study/rng.ts';
import type { Trial } from '../../src/study/trial.ts';
import { input, time } from './study.ts';

function trial(id: number, x: number, value: number, confirms?: number): Trial {
  const facts = { startedAt: time(id), finishedAt: time(id + 1), ...(confirms !== undefined && { confirms }) };
  return { id, state: 'complete', attempt: 1, config: { x }, value, curve: [], ...facts };
}

const failed: Trial = { ...trial(9, 1, 0, 1), state: 'failed', failure: { cause: 'nan', message: 'no' } };
const trials = [
  trial(0, 50, 8),
  trial(1, 1, 2),
  trial(2, 2, 3),
  trial(3, 1, 5, 1),
  trial(4, 2, 3.5, 2),
  trial(5, 1, 6, 1),
  trial(6, 2, 4.5, 2),
  trial(7, 1, 1, 1),
  trial(8, 2, 2.5, 2),
  failed,
];
const { model: _, ...others } = input;

/** Their journal is of a version that gave trials the seeds of their numbers. */
const seedOf = (id: number): number => trialSeed(input.seed, id);

test('means, sample deviations and optimism by hand; the best mean wins, and the gain goes by it', () => {
  const report = summarize({ ...others, trials });
  expect(report.confirmed).toEqual([
    {
      trial: 2,
      runs: [4, 6, 8],
      seeds: [4, 6, 8].map(seedOf),
      values: [3.5, 4.5, 2.5],
      mean: 3.5,
      deviation: 1,
      optimism: 0.5,
    },
    {
      trial: 1,
      runs: [3, 5, 7, 9],
      seeds: [3, 5, 7].map(seedOf),
      values: [5, 6, 1],
      mean: 4,
      deviation: Math.sqrt(7),
      optimism: 2,
    },
  ]);
  expect(report.best).toMatchObject({ trial: 2, value: 3 });
  expect(report.gain).toEqual({ absolute: 4.5, relative: 4.5 / 8 });
  expect(report.top).toEqual([2, 1, 0]);
  expect(report.history.map(({ trial }) => trial)).toEqual([0, 1, 2]);
  expect(report.trials.map(({ confirms }) => confirms)).toEqual(trials.map(({ confirms }) => confirms));
});

test('of a study that maximizes, a mean that is smaller is worse', () => {
  const negated = trials.map(each => ({ ...each, ...(each.value !== undefined && { value: -each.value }) }));
  const report = summarize({ ...others, direction: 'maximize', trials: negated });
  expect(report.confirmed!.map(({ mean, optimism }) => [mean, optimism])).toEqual([
    [-3.5, 0.5],
    [-4, 2],
  ]);
});

test('a rival is marked, and has its own seeds; one that was pruned has no value to be lucky by', () => {
  const pruned: Trial = { ...trial(2, 2, 3), state: 'pruned' };
  const rival = { ...trial(4, 2, 0.1, 2), rival: true, seed: 77 } as const;
  const report = summarize({ ...others, trials: [trial(0, 50, 8), trial(1, 1, 2), pruned, trial(3, 1, 5, 1), rival] });
  expect(report.confirmed).toEqual([
    { trial: 2, runs: [4], isRival: true, seeds: [77], values: [0.1], mean: 0.1 },
    { trial: 1, runs: [3], seeds: [seedOf(3)], values: [5], mean: 5, optimism: 3 },
  ]);
  expect(report.best).toMatchObject({ trial: 1 });
  expect(markdown(report)).toContain('(the best of last night)');
});

test('in Markdown, in the headline and in the CSV', () => {
  const text = markdown(summarize({ ...others, trials }));
  expect(text).toContain(
    'valLoss 3 (trial 2) and 3.5 on average of 3 fresh trials, 56.3 % better than the defaults (8).',
  );
  const section = text.split('#### ').find(part => part.startsWith('Confirmation'))!;
  expect(section.trimEnd().split('\n').slice(4)).toEqual([
    '| trial | valLoss in the search | fresh mean | worse by | trials | configuration |',
    '| ----: | --------------------: | ---------- | -------: | -----: | ------------- |',
    '|     2 |                     3 | 3.5 ± 1    |      0.5 |      3 | x 2           |',
    '|     1 |                     2 | 4 ± 2.646  |        2 | 3 of 4 | x 1           |',
    '',
    'Trial 2 is the best one: its configuration has the best mean. What is saved is what that trial came to in the search.',
  ]);
  const rows = parse(trialsCsv(trials, ['x'], 1), { columns: true }) as Record<string, string>[];
  expect(rows.map(row => row['confirms'])).toEqual(['', '', '', '1', '2', '1', '2', '1', '2', '1']);
});

test('where nothing was confirmed there is no such section', () => {
  const report = summarize(input);
  expect(report).not.toHaveProperty('confirmed');
  expect(markdown(report)).not.toContain('Confirmation');
});
