/** Reports on disk: reports/<study>/<date>/{report.html,report.md,report.json}, a new folder for every run. */
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { storageFailed } from '../storage-failed.ts';
import { isWithin } from '../within.ts';
import { writeWhole } from '../write-whole.ts';
import { toJsonText } from './json.ts';
import { parseReport } from './parse-report.ts';
import { markdown } from './markdown.ts';
import type { Report } from './report.ts';

export interface ReportFiles {
  readonly html: string;
  readonly markdown: string;
  readonly json: string;
}

const cannotWrite = 'the report could not be written';

/**
 * Creates the folder of one run's report: <date> (local time), <date>.2 for the second run of a day, and so on.
 *
 * @param studyFolder reports/<study>
 */
export async function reserveReportFolder(studyFolder: string, startedAt: Date): Promise<string> {
  await mkdir(studyFolder, { recursive: true }).catch((error: unknown) => {
    throw storageFailed(studyFolder, cannotWrite, error);
  });
  const date = localDate(startedAt);
  for (let run = 1; ; run += 1) {
    const folder = join(studyFolder, run === 1 ? date : `${date}.${run}`);
    try {
      // Without `recursive` this fails when the folder exists, so that two processes never share one.
      await mkdir(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw storageFailed(folder, cannotWrite, error);
    }
  }
}

/** Writes all three; each is complete or absent, whenever the process ends. */
export async function writeReport(report: Report, folder: string): Promise<ReportFiles> {
  const files = reportFiles(folder);
  // What draws the charts takes a while to load, and most readers of this module write nothing.
  const { html } = await import('./html/html.ts');
  try {
    await writeWhole(files.json, toJsonText(report));
    await writeWhole(files.markdown, markdown(report));
    await writeWhole(files.html, html(report));
  } catch (error) {
    throw storageFailed(folder, cannotWrite, error);
  }
  return files;
}

/** A report that is on disk. */
export interface StoredReport {
  readonly report: Report;
  readonly folder: string;
  readonly files: ReportFiles & { readonly model?: string };
}

/**
 * The readable reports of a study, the newest first.
 * @param broken is told of the folders whose report cannot be read
 */
export async function* storedReports(
  studyFolder: string,
  broken: (folder: string) => void = () => undefined,
): AsyncGenerator<StoredReport, undefined> {
  const entries = await readdir(studyFolder, { withFileTypes: true }).catch(() => []);
  // No links, which lead anywhere.
  const names = entries.filter(entry => entry.isDirectory()).map(({ name }) => name);
  for (const name of names.filter(isReportFolder).toSorted(byRun).toReversed()) {
    const folder = join(studyFolder, name);
    const files = reportFiles(folder);
    if (!(await isWithin(folder, files.json))) continue;
    const text = await readFile(files.json, 'utf8').catch(() => undefined);
    const report = parseReport(text ?? '');
    if (!report && text !== undefined) broken(folder);
    if (!report) continue;
    const model = join(folder, 'model');
    const hasModel = await stat(model).then(
      () => true,
      () => false,
    );
    yield { report, folder, files: hasModel ? { ...files, model } : files };
  }
}

/** The newest readable report of a study; undefined when there is none. */
export async function latestReport(
  studyFolder: string,
  broken?: (folder: string) => void,
): Promise<StoredReport | undefined> {
  return (await storedReports(studyFolder, broken).next()).value;
}

function reportFiles(folder: string): ReportFiles {
  return {
    html: join(folder, 'report.html'),
    markdown: join(folder, 'report.md'),
    json: join(folder, 'report.json'),
  };
}

const reportFolder = /^(\d{4}-\d{2}-\d{2})(?:\.(\d+))?$/;

function isReportFolder(name: string): boolean {
  return reportFolder.test(name);
}

/** Names of folders by date, then by number: .10 comes after .9. */
export function byRun(a: string, b: string): number {
  const [, dateA = '', runA = '1'] = reportFolder.exec(a) ?? [];
  const [, dateB = '', runB = '1'] = reportFolder.exec(b) ?? [];
  return dateA < dateB ? -1 : dateA > dateB ? 1 : Number(runA) - Number(runB);
}

function localDate(time: Date): string {
  return `${time.getFullYear()}-${twoDigits(time.getMonth() + 1)}-${twoDigits(time.getDate())}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
