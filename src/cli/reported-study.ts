/** What `tune report` does: a stored study becomes a report once more, in its folder. */
import { mkdir, readFile } from 'node:fs/promises';
import { messageOf, TuneError } from '../errors.ts';
import { headline } from '../report/headline.ts';
import { parseReport } from '../report/parse-report.ts';
import { pastOf } from '../report/nights.ts';
import type { Report } from '../report/report.ts';
import { summarize } from '../report/summarize.ts';
import { summaryLines } from '../report/summary-lines.ts';
import { reserveReportFolder, writeReport } from '../report/write.ts';
import { withoutUndefined } from '../space/without-undefined.ts';
import { storageFailed } from '../storage-failed.ts';
import { printable } from '../text.ts';
import { storedInput } from '../tune/report-input.ts';
import { fileLines, shownPath } from './files.ts';
import { openFile } from './open-file.ts';
import type { ReportOptions } from './report.ts';
import type { Shown } from './shown.ts';
import { say } from './streams.ts';
import { readPlace, readStudy, type Studies } from './studies.ts';

interface Reported extends Shown {
  readonly isRegressed: boolean;
}

/** @throws TuneError STUDY_UNKNOWN, STORAGE_FAILED, or FILE_UNREADABLE for what it is compared with */
export async function reportStudy(
  studies: Studies,
  name: string | undefined,
  options: Omit<ReportOptions, 'reports'>,
): Promise<Reported> {
  const { compare, forceCompare: force, noise } = options;
  const place = await (name === undefined ? studies.latest() : studies.find(name));
  const stored = await readPlace(place, folder => say(`the report in ${shownPath(folder)} is damaged, and left out`));
  const own = stored.currentFolder;
  const input = { ...(await storedInput(stored)), ...(await pastOf(place.folder, own)) };
  const judged = { ...input.compare, ...withoutUndefined({ force, noise }) };
  const report = summarize({
    ...input,
    ...(compare !== undefined && { previous: await readCompared(compare, studies) }),
    ...(Object.keys(judged).length > 0 && { compare: judged }),
  });
  const { output } = options;
  if (output !== undefined) await makeOutput(output);
  // What tells of an earlier run stays as it is.
  const folder = output ?? own ?? (await reserveReportFolder(place.folder, new Date(input.startedAt)));
  const files = await writeReport(report, folder);
  if (options.open && !(await openFile(files.html))) say(`no browser here shows it: open ${shownPath(files.html)}`);

  const { verdict } = report.comparison ?? {};
  const summary = options.summaryLines === undefined ? undefined : summaryLines(report, options.summaryLines);
  const study = place.name;
  return {
    lines: summary ?? [...sentences(study, report), ...fileLines(files)],
    data: { study, headline: headline(report), verdict, advice: report.advice, files, summary },
    isRegressed: verdict?.outcome === 'regressed',
  };
}

async function makeOutput(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw storageFailed(folder, 'cannot make the folder', error);
  });
}

function sentences(study: string, report: Report): string[] {
  const { verdict } = report.comparison ?? {};
  const said = [...(verdict ? [verdict.sentence] : []), headline(report)];
  return said.map(sentence => printable(`${study}: ${sentence}`));
}

/** @param target path of a report.json, or name of a study */
async function readCompared(target: string, studies: Studies): Promise<Report> {
  if (/[/\\]|\.json$/.test(target)) return readReport(target);
  const stored = await readStudy(studies, target);
  return stored.report ?? summarize(await storedInput(stored));
}

async function readReport(path: string): Promise<Report> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new TuneError('FILE_UNREADABLE', { message: messageOf(error), where: { file: path } }, { cause: error });
  });
  const report = parseReport(text);
  if (report) return report;
  throw new TuneError('FILE_UNREADABLE', {
    message: 'this is no report',
    where: { file: path },
    expected: 'the path of a report.json, or the name of a study',
  });
}
