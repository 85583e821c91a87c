/** What the best configurations are worth on average, and how lucky the values were for which they were chosen. */
import { formatNumber } from '../../text.ts';
import { left, markdownTable, right } from '../columns.ts';
import type { Report } from '../report.ts';
import { cell, describeConfig, maxRows } from './cells.ts';

export function repeatsSection({ repeated = [], trials, study: { metric } }: Report): string[] {
  const [best] = repeated;
  if (!best) return [];
  const byNumber = new Map(trials.map(trial => [trial.trial, trial]));
  const columns = [right(`mean ${cell(metric.name)}`), left('95 % interval'), left('trials'), left('configuration')];
  const rows = repeated
    .slice(0, maxRows)
    .map(({ mean, low, high, trials: numbers }) => [
      formatNumber(mean),
      `${formatNumber(low)} to ${formatNumber(high)}`,
      numbers.join(', '),
      describeConfig(byNumber.get(numbers[0]!)!),
    ]);
  const amount = formatNumber(Math.abs(best.optimism));
  const verdict = best.optimism > 0 ? `worse by ${amount}` : best.optimism < 0 ? `better by ${amount}` : 'the same';
  return [
    '#### Repeats',
    '',
    'The best configurations were tried again, with other seeds; the best one is that with the best mean:',
    '',
    ...markdownTable(columns, rows),
    '',
    `Its first value was ${formatNumber(byNumber.get(best.trials[0]!)!.value!)}; that of its repeats is ${verdict} on average.`,
  ];
}
