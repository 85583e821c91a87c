/** Why trials failed, and how to see it happen. */
import { left, right } from '../../columns.ts';
import type { Report } from '../../report.ts';
import { replayCommand } from '../../reproduce.ts';
import { markup } from '../markup.ts';
import { table, type Section } from '../parts.ts';

const mostRows = 50;

export function failuresSection(report: Report): Section | undefined {
  const { failures, cost, trials } = report;
  if (failures.length === 0) return undefined;
  const rows = failures.slice(0, mostRows).map(({ cause, count, firstTrial, message }) => {
    const command = replayCommand(report, firstTrial);
    return {
      cells: [
        markup`<span class="state failed">${cause}</span>`,
        count,
        firstTrial,
        [
          markup`<pre class="message">${message}</pre>`,
          command !== undefined && markup`<p class="note">To see it again: <code>${command}</code></p>`,
        ],
      ],
    };
  });
  const others = failures.length - rows.length;
  const content = [
    markup`<p>${cost.counts.failed} of ${trials.length} trials failed.</p>\n`,
    table({
      caption: 'Failures by cause',
      columns: [left('cause'), right('trials'), right('first trial'), left('message')],
      rows,
    }),
    others > 0 && markup`<p class="note">${others} more kinds are in report.json.</p>\n`,
  ];
  return { id: 'failures', title: 'Failures', content };
}
