/** The beginning of a report for a chat. */
import { markdown } from './markdown.ts';
import type { Report } from './report.ts';

/** Slack takes 3,000 characters in one block. */
const maxLength = 3000;

/** The first lines of report.md that say something, as many as were asked for or fit. */
export function summaryLines(report: Report, count: number): readonly string[] {
  const lines = markdown(report)
    .split('\n')
    .filter(line => line !== '' && !isTag(line));
  let length = 0;
  const fits = lines.slice(0, count).map(line => (length += line.length + 1) <= maxLength);
  return lines.slice(0, fits.includes(false) ? fits.indexOf(false) : count);
}

/** Chats have no sections that fold. */
function isTag(line: string): boolean {
  return /^<\/?\w+>/.test(line);
}
