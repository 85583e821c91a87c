/** How the best value came about. */
import { formatNumber } from '../../text.ts';
import { left, markdownTable, right } from '../columns.ts';
import type { Report } from '../report.ts';
import { sparkline } from '../sparkline.ts';
import { cell, describeConfig, maxRows } from './cells.ts';

export function historySection({ history, study, trials }: Report): string[] {
  if (history.length < 2) return [];
  const improvements = history.filter(({ best }, index) => best !== history[index - 1]?.best);
  const shown = improvements.slice(-maxRows);
  const byNumber = new Map(trials.map(trial => [trial.trial, trial]));
  const rows = shown.map(({ trial, best }) => [
    String(trial),
    formatNumber(best),
    describeConfig(byNumber.get(trial)!),
  ]);
  const chart = sparkline(
    history.map(({ best }) => best),
    60,
  );
  return [
    '#### History',
    '',
    `Best ${cell(study.metric.name)} after each complete trial, and the trials that improved it:`,
    '',
    `\`${chart}\``,
    '',
    ...markdownTable([right('trial'), right('best'), left('configuration')], rows),
  ];
}
