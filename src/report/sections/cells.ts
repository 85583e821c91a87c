/** Text inside tables and sentences of a Markdown report. */
import { cut } from '../cut.ts';
import { markdownText } from '../markdown-text.ts';
import type { ReportedTrial } from '../report.ts';
import { formatConfig } from '../values.ts';

/** Longer tables are for report.json. */
export const maxRows = 20;

/** Longer cells break a table; the whole text is in report.json. */
const maxCell = 200;

/** Any text as Markdown without effect, cut where it gets too long for people. */
export function cell(text: string): string {
  return markdownText(cut(text, maxCell));
}

/** "lr 0.01, units 64" */
export function describeConfig(trial: ReportedTrial): string {
  return cell(formatConfig(trial));
}
