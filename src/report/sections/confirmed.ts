/** What the best configurations came to when they were trained again, and how lucky the values were that chose them. */
import { formatNumber } from '../../text.ts';
import { left, markdownTable, right } from '../columns.ts';
import type { Report } from '../report.ts';
import { cell, describeConfig } from './cells.ts';

export function confirmedSection({ confirmed = [], trials, best, study: { metric } }: Report): string[] {
  if (confirmed.length === 0) return [];
  const byNumber = new Map(trials.map(trial => [trial.trial, trial]));
  const columns = [
    right('trial'),
    right(`${cell(metric.name)} in the search`),
    left('fresh mean'),
    right('worse by'),
    right('trials'),
    left('configuration'),
  ];
  const rows = confirmed.map(({ trial, isRival, runs, values, mean, deviation, optimism }) => {
    const original = byNumber.get(trial)!;
    const spread = deviation === undefined ? '' : ` ± ${formatNumber(deviation)}`;
    return [
      String(trial),
      original.value === undefined ? original.state : formatNumber(original.value),
      mean === undefined ? 'none completed' : `${formatNumber(mean)}${spread}`,
      optimism === undefined ? '' : formatNumber(optimism),
      values.length === runs.length ? String(runs.length) : `${values.length} of ${runs.length}`,
      `${describeConfig(original)}${isRival ? ' (the best of last night)' : ''}`,
    ];
  });
  const verdict = confirmed.some(({ trial, mean }) => trial === best?.trial && mean !== undefined)
    ? [
        '',
        `Trial ${best!.trial} is the best one: its configuration has the best mean. What is saved is what that trial came to in the search.`,
      ]
    : [];
  return [
    '#### Confirmation',
    '',
    'After the search the best configurations were trained again, with fresh seeds. The value that a configuration was chosen by is a lucky one; these are not:',
    '',
    ...markdownTable(columns, rows),
    ...verdict,
  ];
}
