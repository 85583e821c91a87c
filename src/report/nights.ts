/** What the earlier runs of a study came to, as their reports have it. */
import { basename } from 'node:path';
import { isOver, nightOf } from './night.ts';
import type { ReportInput } from './report.ts';
import { byRun, storedReports, type StoredReport } from './write.ts';

/** Two weeks of nights. */
const most = 14;

/**
 * The run before that found anything, and the trend up to it; without runs that were interrupted.
 *
 * @param studyFolder reports/<study>
 * @param own folder of the report that this is for. Default: one that is newer than all others
 */
export async function pastOf(studyFolder: string, own?: string): Promise<Pick<ReportInput, 'previous' | 'nights'>> {
  const earlier: StoredReport[] = [];
  for await (const stored of storedReports(studyFolder)) {
    // What was interrupted has come to nothing yet: it goes on.
    if (!isOver(stored.report)) continue;
    if (own === undefined || byRun(basename(stored.folder), basename(own)) < 0) earlier.unshift(stored);
    if (earlier.length === most) break;
  }
  if (earlier.length === 0) return {};
  const last = earlier.findLast(({ report }) => report.best);
  return {
    ...(last && { previous: last.report }),
    nights: earlier.map(({ report, folder }) => ({ ...nightOf(report), folder: basename(folder) })),
  };
}
