/** Why trials failed. */
import { left, markdownTable, right } from '../columns.ts';
import type { Report } from '../report.ts';
import { cell, maxRows } from './cells.ts';

export function failuresSection({ failures, cost, trials }: Report): string[] {
  if (failures.length === 0) return [];
  const rows = failures
    .slice(0, maxRows)
    .map(({ cause, count, firstTrial, message }) => [cause, String(count), String(firstTrial), cell(message)]);
  const others = failures.length - rows.length;
  return [
    `#### Failures: ${cost.counts.failed} of ${trials.length} trials`,
    '',
    ...markdownTable([left('cause'), right('trials'), right('first trial'), left('message')], rows),
    ...(others > 0 ? ['', `${others} more kinds are in report.json.`] : []),
  ];
}
