import { expect, test } from 'vitest';
import { markdown } from '../../src/report/markdown.ts';
import { toJsonText } from '../../src/report/json.ts';
import { parseReport } from '../../src/report/parse-report.ts';
import { summarize } from '../../src/report/summarize.ts';
import type { Pruning } from '../../src/report/pruning.ts';
import { input } from './study.ts';

const pruning: Pruning = { stopped: 12, steps: 300, savedSteps: 100, controls: 3, wouldStop: [{ trial: 10, step: 3 }] };
const text = (more: Partial<Pruning> = {}): string =>
  markdown(summarize({ ...input, pruning: { ...pruning, ...more } }));

test('a report says what pruning spared, and how many controls it would have stopped', () => {
  expect(text()).toContain(
    'stopped 12 trials. That spared about 100 epochs, 25.0 % of what the study would have taken.',
  );
  expect(text()).toContain('3 complete trials ran unpruned, as controls: 1 of them would have been stopped.');
  expect(text({ controls: 0, wouldStop: [] })).not.toContain('controls');
});

test('a report says what stopping the controls would have lost', () => {
  expect(text({ best: 0.25, bestWithout: 0.25 })).toContain('would have lost nothing');
  expect(text({ best: 0.25, bestWithout: 0.5 })).toContain('valLoss 0.5 in place of valLoss 0.25');
  expect(text({ best: 0.25 })).toContain('no result at all in place of valLoss 0.25');
});

test('without pruning there is no such section', () => {
  expect(markdown(summarize(input))).not.toContain('#### Pruning');
});

test('the JSON report has the same', () => {
  expect(parseReport(toJsonText(summarize({ ...input, pruning })))!.pruning).toEqual(pruning);
});
