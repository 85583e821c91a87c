import { join } from 'node:path';
import { expect, test } from 'vitest';
import { paintFor } from '../../src/cli/paint.ts';
import { summary } from '../../src/cli/summary.ts';
import { summarize } from '../../src/report/summarize.ts';
import type { TuneResult } from '../../src/tune/options.ts';
import { input, trials } from '../report/study.ts';
import { tunedInput } from '../report/tuned-study.ts';

const plain = paintFor({}, {});
const folder = join(process.cwd(), 'reports', 'digits');
const result: TuneResult = {
  study: 'digits',
  stopped: 'trials',
  trials,
  best: trials[7]!,
  report: summarize(input),
  files: {
    journal: join(folder, 'journal.log'),
    html: join(folder, '2026-03-04', 'report.html'),
    markdown: join(folder, '2026-03-04', 'report.md'),
    json: join(folder, '2026-03-04', 'report.json'),
    model: join(folder, '2026-03-04', 'model'),
  },
};

test('the summary of a run', () => {
  expect(summary(result, plain).split('\n')).toEqual([
    'digits: valLoss 0.2525 (trial 7, epoch 7), 37.5 % better than the defaults (0.404).',
    'test score: loss 0.28, accuracy 0.9125 on 400 rows that no trial has seen',
    '',
    '  parameter       best  default   change',
    '  learningRate  0.0031     0.01   x 0.31',
    '  units            128       64      +64',
    '  optimizer       adam      sgd  changed',
    '  momentum           –      0.9   unused',
    '  normalize       true     true',
    '',
    '5 complete, 1 pruned, 3 failed, in 1 min 00 s; ended with the last trial of the budget',
    `report   ${join('reports', 'digits', '2026-03-04', 'report.html')}`,
    `as text  ${join('reports', 'digits', '2026-03-04', 'report.md')}`,

    `as JSON  ${join('reports', 'digits', '2026-03-04', 'report.json')}`,
    `model    ${join('reports', 'digits', '2026-03-04', 'model')}`,
    `journal  ${join('reports', 'digits', 'journal.log')}`,
    '',
    'next: npx tune show digits',
    '      npx tune search-spaces/digits.json --trials 18',
    '',
  ]);
});

test('parameters that the gradient tuned are marked, and shown with where they went', () => {
  const lines = summary({ ...result, report: summarize(tunedInput) }, plain).split('\n');
  expect(lines.slice(3, 8)).toEqual([
    '  parameter                     best  default    change',
    '  lr (gradient)   0.00002 → 0.002404    0.001     x 2.4',
    '  l2 (gradient)  0.001 → 0.000004748   0.0001  x 0.0475',
    '  units                          128       64       +64',
    '  hypergradient               online   online',
  ]);
});

test('an interrupted run goes on with the same command, in the same folder', () => {
  const { model: _, ...files } = result.files;
  const text = summary({ ...result, stopped: 'interrupted', files }, plain, "other's");
  expect(text).toContain('ended because it was interrupted; the same command goes on with it\nreport ');
  expect(text).toMatch(
    /next: npx tune show digits --reports 'other'\\''s'\n {6}npx tune search-spaces\/digits.json --reports /,
  );
});

test('a run that used up its gradients goes on with twice as many', () => {
  const report = summarize({ ...input, budget: { trials: 9, gradientEvaluations: 5000 } });
  const text = summary({ ...result, report, stopped: 'gradient-evaluations' }, plain);
  expect(text).toContain('; ended because its gradient evaluations were used up\n');
  expect(text).toContain('\n      npx tune search-spaces/digits.json --gradient-evaluations 10000\n');
});

test('a run without a complete trial says so, and nothing of a best one', () => {
  const { model: _model, ...rest } = input;
  const failed = trials.filter(({ state }) => state === 'failed');
  const { best: _best, ...others } = result;
  const text = summary({ ...others, trials: failed, report: summarize({ ...rest, trials: failed }) }, plain);
  expect(text).toMatch(/^digits: No trial completed: 3 failed, 0 pruned\.\n\n0 complete/);
  expect(text).not.toContain('parameter');
});
