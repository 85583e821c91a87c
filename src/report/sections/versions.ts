/** How many trials are of which version of the space, where it changed while the study went on. */
import type { Report } from '../report.ts';

export function versionsSection({ trials }: Report): string[] {
  const counts = new Map<number, number>();
  for (const { version = 1 } of trials) counts.set(version, (counts.get(version) ?? 0) + 1);
  if (counts.size < 2) return [];
  const parts = [...counts].map(([version, count]) => `${count} of version ${version}`);
  return [`The space changed while the study went on: trials are ${parts.join(', ')}.`];
}
