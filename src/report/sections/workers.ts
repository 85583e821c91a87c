/** Who ran the trials, where several machines did, and how fast each of them is. */
import { formatCount, formatDuration, formatNumber } from '../../text.ts';
import { left, markdownTable, right } from '../columns.ts';
import type { Report } from '../report.ts';
import { formatShare } from '../values.ts';
import { cell, maxRows } from './cells.ts';

export function workersSection({ workers = [] }: Report): string[] {
  if (workers.length === 0) return [];
  const rows = workers
    .slice(0, maxRows)
    .map(({ name, trials, failed, epochs, busySeconds, busyShare, trialsPerHour, epochsPerSecond }) => [
      cell(name),
      formatCount(trials),
      formatCount(failed),
      formatCount(epochs),
      formatDuration(busySeconds),
      known(busyShare, formatShare),
      known(trialsPerHour, formatNumber),
      known(epochsPerSecond, formatNumber),
    ]);
  const others = workers.length - rows.length;
  return [
    '#### Workers',
    '',
    ...markdownTable(
      [
        left('worker'),
        ...['trials', 'failed', 'epochs', 'busy', 'share', 'trials per hour', 'epochs per second'].map(right),
      ],
      rows,
    ),
    '',
    'A worker is busy while it runs at least one trial. Share and trials per hour are of the time from the start of its first trial to the end of its last one, epochs per second of the time in which it was busy.',
    ...(others > 0 ? ['', `${formatCount(others)} more workers are in report.json.`] : []),
  ];
}

function known(value: number | undefined, format: (value: number) => string): string {
  return value === undefined ? '–' : format(value);
}
