/** What to change in the space file: each in a sentence, with its patch. */
import { cut } from '../cut.ts';
import { markdownText } from '../markdown-text.ts';
import type { Report } from '../report.ts';
import { adviseCommand } from '../reproduce.ts';
import { printable } from '../../text.ts';

/** Longer ones are for report.json. */
const [maxText, maxPatch] = [600, 300];

export function adviceSection(report: Report): string[] {
  const { advice = [] } = report;
  if (advice.length === 0) return [];
  const items = advice.map(({ text, patch }, index) => {
    const change = patch.length === 0 ? '' : ` ${inlineCode(cut(JSON.stringify(patch), maxPatch))}`;
    return `${index + 1}. ${markdownText(cut(text, maxText))}${change}`;
  });
  const command = adviseCommand(report);
  return [
    '#### What to change',
    '',
    ...items,
    ...(command === undefined ? [] : ['', `A copy of the space file with these changes: ${inlineCode(command)}`]),
  ];
}

/** Any text as code on a line: fenced by more backticks than it has in a row. */
function inlineCode(text: string): string {
  const runs = printable(text).match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs.map(run => run.length)) + 1);
  return runs.length === 0 ? `${fence}${printable(text)}${fence}` : `${fence} ${printable(text)} ${fence}`;
}
