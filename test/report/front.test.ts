/** The Pareto front in reports and in the terminal. */
import { describe, expect, test } from 'vitest';
import { paintFor } from '../../src/cli/paint.ts';
import { summary } from '../../src/cli/summary.ts';
import { frontTrials } from '../../src/report/front.ts';
import { toJsonText } from '../../src/report/json.ts';
import { parseReport } from '../../src/report/parse-report.ts';
import { markdown } from '../../src/report/markdown.ts';
import { summarize } from '../../src/report/summarize.ts';
import type { Trial } from '../../src/study/trial.ts';
import { input, time } from './study.ts';

const metrics = [
  { name: 'valLoss', goal: 'minimize' },
  { name: 'speed*', goal: 'maximize' },
] as const;

function told(id: number, values: readonly [number, number], state: Trial['state'] = 'complete'): Trial {
  const [value] = values;
  return {
    id,
    state,
    attempt: 1,
    config: { x: id },
    value,
    values,
    curve: [],
    startedAt: time(id),
    finishedAt: time(id + 1),
  };
}

function reportOf(trials: readonly Trial[]) {
  const { model: _, ...others } = input;
  return summarize({ ...others, metrics, trials });
}

const few = [
  told(0, [0.5, 10]),
  told(1, [0.25, 3]),
  told(2, [0.25, 4]),
  told(3, [0.75, 9]),
  told(4, [0.1, 99], 'pruned'),
];

describe('of a study with several metrics', () => {
  test('the front is in the report, from the best by the first metric on', () => {
    const report = reportOf(few);
    expect(report.front).toEqual([2, 0]);
    expect(report.best?.trial).toBe(2);
    expect(report.top.slice(0, 2)).toEqual([2, 1]);
    expect(report.study).toMatchObject({ metric: metrics[0], metrics });
    expect(report.trials[2]!.values).toEqual([0.25, 4]);
    expect(parseReport(toJsonText(report))).toEqual(report);
  });

  test('Markdown shows its trials and the best of each metric', () => {
    const report = { ...reportOf(few), model: { ...input.model!, trial: 2 } };
    const section = markdown(report)
      .split('#### ')
      .find(part => part.startsWith('Pareto front'))!;
    expect(section.trimEnd().split('\n')).toEqual([
      'Pareto front',
      '',
      'No trial is better than one of these in one metric without being worse in another.',
      '',
      String.raw`| trial | valLoss | speed\* | configuration |`,
      '| ----: | ------: | ------: | ------------- |',
      '|     2 |    0.25 |       4 | x 2           |',
      '|     0 |     0.5 |      10 | x 0           |',
      '',
      String.raw`Best of each: valLoss 0.25 (trial 2), speed\* 10 (trial 0).`,
      'The saved model is that of trial 2, the best by valLoss.',
    ]);
  });

  test('of a long front both ends are shown', () => {
    const report = reportOf(Array.from({ length: 55 }, (_, id) => told(id, [id, id])));
    expect(report.front).toHaveLength(55);
    const shown = frontTrials(report, 20).map(({ trial }) => trial);
    expect(shown).toHaveLength(20);
    expect([shown[0], shown.at(-1)]).toEqual([0, 54]);
    expect(new Set(shown).size).toBe(20);
    expect(markdown(report)).toContain('35 more between them are in report.json.');
  });

  test('the terminal lists it', () => {
    const report = reportOf(few);
    const result = {
      study: 'digits',
      stopped: 'trials',
      trials: few,
      report,
      files: { journal: 'j', html: 'h', markdown: 'm', json: 'n' },
    } as const;
    const lines = summary(result, paintFor({}, {})).split('\n');
    const begin = lines.indexOf('Pareto front, 2 trials:');
    expect(lines.slice(begin + 1, begin + 4)).toEqual([
      '  trial  valLoss  speed*  configuration',
      '      2     0.25       4  x 2',
      '      0      0.5      10  x 0',
    ]);
  });
});

test('of a study with one metric there is none', () => {
  const report = summarize(input);
  expect(report).not.toHaveProperty('front');
  expect(report.study).not.toHaveProperty('metrics');
  expect(markdown(report)).not.toContain('Pareto');
});
