/** The command that runs the study again. */
import type { Report } from '../report.ts';
import { reproduceCommand } from '../reproduce.ts';

export function reproduceSection(report: Report): string[] {
  const command = reproduceCommand(report);
  if (command === undefined) return [];
  return ['#### Reproduce', '', ...fenced(command)];
}

/** A code block that its text cannot end. */
function fenced(text: string): string[] {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map(run => run.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}sh`, text, fence];
}
