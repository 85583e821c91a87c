/** The best trials, side by side. */
import { formatDuration, formatNumber } from '../../text.ts';
import { left, markdownTable, right } from '../columns.ts';
import type { Report } from '../report.ts';
import { cell, describeConfig } from './cells.ts';

export function topSection({ top, trials, study }: Report): string[] {
  if (top.length < 2) return [];
  const byNumber = new Map(trials.map(trial => [trial.trial, trial]));
  const columns = [
    right('trial'),
    right(cell(study.metric.name)),
    right('epoch'),
    right('time'),
    left('configuration'),
  ];
  const rows = top.map(number => {
    const trial = byNumber.get(number)!;
    const epoch = trial.bestEpoch === undefined ? '' : `${trial.bestEpoch} of ${trial.epochs}`;
    const time = trial.seconds === undefined ? '' : formatDuration(trial.seconds);
    return [String(number), formatNumber(trial.value!), epoch, time, describeConfig(trial)];
  });
  return ['#### Best trials', '', ...markdownTable(columns, rows)];
}
