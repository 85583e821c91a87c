/** Where several metrics count: the trials among which to choose, and the best of each metric. */
import { lossOf } from '../../study/losses.ts';
import { formatNumber } from '../../text.ts';
import { left, markdownTable, right } from '../columns.ts';
import { frontTrials } from '../front.ts';
import type { Report } from '../report.ts';
import { cell, describeConfig, maxRows } from './cells.ts';

export function frontSection(report: Report): string[] {
  const { front = [], model } = report;
  const { metrics } = report.study;
  if (front.length === 0 || !metrics) return [];
  const columns = [right('trial'), ...metrics.map(({ name }) => right(cell(name))), left('configuration')];
  const shown = frontTrials(report, maxRows);
  const rows = shown.map(trial => [String(trial.trial), ...trial.values!.map(formatNumber), describeConfig(trial)]);
  const members = frontTrials(report);
  const best = metrics.map(({ name, goal }, index) => {
    const losses = members.map(({ values }) => lossOf(values![index]!, goal));
    const winner = members[losses.indexOf(Math.min(...losses))]!;
    return `${cell(name)} ${formatNumber(winner.values![index]!)} (trial ${winner.trial})`;
  });
  const hidden = members.length - shown.length;
  return [
    '#### Pareto front',
    '',
    'No trial is better than one of these in one metric without being worse in another.',
    '',
    ...markdownTable(columns, rows),
    '',
    ...(hidden > 0 ? [`${hidden} more between them are in report.json.`] : []),
    `Best of each: ${best.join(', ')}.`,
    ...(model ? [`The saved model is that of trial ${model.trial}, the best by ${cell(metrics[0]!.name)}.`] : []),
  ];
}
