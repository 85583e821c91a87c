/** How the best value came about, tonight and over the last nights. */
import { drawAnytimeSeconds } from '../../charts/anytime-seconds.ts';
import { drawHistory } from '../../charts/history.ts';
import { drawNightsAnytime } from '../../charts/nights-anytime.ts';
import { drawNights } from '../../charts/nights.ts';
import type { Report } from '../../report.ts';
import { historySection } from '../../sections/history.ts';
import { fromMarkdown } from '../from-markdown.ts';
import { figures, type Section } from '../parts.ts';

export function progressSection(report: Report): Section | undefined {
  const content = [
    figures([drawHistory(report), drawAnytimeSeconds(report), drawNights(report), drawNightsAnytime(report)]),
    // The chart above is the sparkline, drawn better.
    fromMarkdown(historySection(report).filter(line => !line.startsWith('`'))),
  ];
  return { id: 'progress', title: 'Progress', content };
}
