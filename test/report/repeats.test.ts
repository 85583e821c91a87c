/** Configurations that were tried again: what the report says of their means, and of how lucky the first value was. */
import { expect, test } from 'vitest';
import { markdown } from '../../src/report/markdown.ts';
import { summarize } from '../../src/report/summarize.ts';
import type { Trial } from '../../src/study/trial.ts';
import { input, time } from './study.ts';

function told(id: number, x: number, value: number): Trial {
  return {
    id,
    state: 'complete',
    attempt: 1,
    config: { x },
    value,
    curve: [],
    startedAt: time(id),
    finishedAt: time(id + 1),
  };
}

const trials = [
  told(0, 50, 8),
  told(1, 1, 2),
  told(2, 2, 1),
  told(3, 2, 7),
  told(4, 1, 3),
  told(5, 1, 4),
  told(6, 9, 2.5),
];
const { model: _, ...others } = input;

test('the best one is that with the best mean, which is what the gain goes by', () => {
  const report = summarize({ ...others, trials, repeats: 2 });
  expect(report.best).toMatchObject({ trial: 1, value: 2 });
  expect(report.gain).toEqual({ absolute: 5, relative: 5 / 8 });
  // SciPy: t.interval(0.95, 2, loc=3, scale=sem([2, 3, 4]))
  expect(report.repeated![0]).toMatchObject({ trials: [1, 4, 5], mean: 3, optimism: 1.5 });
  expect(report.repeated![0]!.low).toBeCloseTo(0.5158622882, 8);
  expect(report.repeated![0]!.high).toBeCloseTo(5.4841377118, 8);
  expect(report.repeated![1]).toMatchObject({ trials: [2, 3], mean: 4, optimism: 6 });
  expect(report.repeated).toHaveLength(2);
});

test('of a study that maximizes, luck is a first value that is larger', () => {
  const negated = trials.map(trial => ({ ...trial, value: -trial.value! }));
  const report = summarize({ ...others, direction: 'maximize', trials: negated, repeats: 2 });
  expect(report.repeated![0]).toMatchObject({ trials: [1, 4, 5], mean: -3, optimism: 1.5 });
  expect(report.gain!.absolute).toBe(5);
});

test('Markdown has the means with their intervals, and the headline the mean', () => {
  const text = markdown(summarize({ ...others, trials, repeats: 2 }));
  expect(text).toContain('valLoss 2 (trial 1) and 3 on average of 3 trials, 62.5 % better than the defaults (8).');
  const section = text.split('#### ').find(part => part.startsWith('Repeats'))!;
  expect(section.trimEnd().split('\n').slice(4)).toEqual([
    '| mean valLoss | 95 % interval   | trials  | configuration |',
    '| -----------: | --------------- | ------- | ------------- |',
    '|            3 | 0.5159 to 5.484 | 1, 4, 5 | x 1           |',
    '|            4 | -34.12 to 42.12 | 2, 3    | x 2           |',
    '',
    'Its first value was 2; that of its repeats is worse by 1.5 on average.',
  ]);
});

test('a study without repeats has no such section, though a configuration was tried twice', () => {
  const report = summarize({ ...others, trials });
  expect(report).not.toHaveProperty('repeated');
  expect(report.best?.trial).toBe(2);
  expect(markdown(report)).not.toContain('Repeats');
});
