import { expect, test } from 'vitest';
import type { Importance } from '../../../src/report/importance/importance.ts';
import { toJsonText } from '../../../src/report/json.ts';
import { parseReport } from '../../../src/report/parse-report.ts';
import { markdown } from '../../../src/report/markdown.ts';
import { importanceSection } from '../../../src/report/sections/importance.ts';
import { summarize } from '../../../src/report/summarize.ts';
import { input } from '../study.ts';
import { conditionalLoss, conditionalSpace, randomTrials } from './studies.ts';

const { model: _, ...others } = input;
const report = summarize({
  ...others,
  space: conditionalSpace,
  trials: randomTrials(conditionalSpace, 60, conditionalLoss),
});

test('a table, what its columns mean, and the ablation path', () => {
  const importance: Importance = {
    ped: [
      { parameter: 'lr', share: 0.75 },
      { parameter: 'units|`x`', share: 0.25 },
    ],
    fanova: {
      shares: [
        { parameter: 'units|`x`', share: 0.5, deviation: 0.1 },
        { parameter: 'lr', share: 0.25, deviation: 0.05 },
      ],
      pairs: [
        { parameters: ['lr', 'units|`x`'], share: 0.125, deviation: 0.1 },
        { parameters: ['lr', 'none'], share: 0.001, deviation: 0 },
      ],
      interactions: 0.25,
    },
    local: [{ parameter: 'lr', share: 1, deviation: 0 }],
    ablation: {
      start: { value: 2, deviation: 0.5 },
      steps: [{ parameter: 'lr', from: 0.01, to: 0.002, value: 1.25, deviation: 0.25 }],
    },
    rungs: [{ step: 2, correlation: 0.714, trials: 20 }],
    missing: 'not enough trials for x',
  };
  const text = importanceSection({ ...report, best: { ...report.best!, trial: 3 }, importance });
  expect(text).toEqual([
    '#### What matters',
    '',
    expect.stringMatching(/^\| parameter +\| among the best \| +anywhere \| around the best \|$/),
    expect.stringMatching(/^\| -+ \| -+: \| -+: \| -+: \|$/),
    expect.stringMatching(/^\| lr +\| +75\.0 % \| +25\.0 % ± 5\.0 % \| +100\.0 % ± 0\.0 % \|$/),
    expect.stringMatching(/^\| units\S*x\S* +\| +25\.0 % \| 50\.0 % ± 10\.0 % \| +– \|$/),
    '',
    '- among the best: what separates the best tenth of the trials from all (PED-ANOVA).',
    '- anywhere: what moves the metric anywhere in the space (fANOVA).',
    '- around the best: what moves it around the best configuration.',
    expect.stringMatching(
      /^- Combinations explain the other 25\.0 % of what moves it anywhere: lr with units\S*x\S* 12\.5 %\.$/,
    ),
    '',
    'From the defaults to trial 3, at each step the change that brings most, as the forest predicts it:',
    '',
    '| change          | predicted valLoss |',
    '| --------------- | ----------------: |',
    '| the defaults    |           2 ± 0.5 |',
    '| lr 0.01 → 0.002 |       1.25 ± 0.25 |',
    '',
    "Early values tell the final ones (Spearman's correlation; 0.7 and more is strong): 0.71 at step 2.",
    '',
    '_Left out: not enough trials for x._',
  ]);
  expect(text.join('\n')).not.toContain('`x`');
});

test('is in the report, and nothing of it is there for a few trials', () => {
  expect(markdown(report)).toContain('#### What matters');
  expect(report.importance!.ped![0]!.parameter).toBe('lr');
  const few = summarize(input);
  expect(few.importance).toEqual({ missing: 'not enough trials: 5 complete within the space, 10 needed' });
  expect(markdown(few)).not.toContain('What matters');
});

test('report.json gives choices back as they were', () => {
  const at = { at: 'NaN', value: 1, deviation: 0 };
  const importance: Importance = {
    ...report.importance!,
    partial: [{ parameter: 'Infinity', points: [at] }],
    ablation: { start: at, steps: [{ ...at, parameter: 'NaN', from: 'Infinity', to: 'NaN' }] },
  };
  expect(parseReport(toJsonText({ ...report, importance }))!.importance).toEqual(importance);
});
