/**
 * `tune nightly`: every space file of a folder becomes a study of its own each night, the same as the night before but for
 * what has changed. The best configurations of both nights are trained again with the same seeds, so that the report can
 * tell luck from progress.
 */
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { describeError, TuneError, type ErrorCode } from '../errors.ts';
import { adjustForStudies } from '../report/compare/studies.ts';
import type { CompareOptions } from '../report/compare/comparison.ts';
import { byUrgency, type Nightly, type NightlyStudy } from '../report/nightly.ts';
import { nightOf } from '../report/night.ts';
import type { Report, RunEnd } from '../report/report.ts';
import { writeReport, type StoredReport } from '../report/write.ts';
import { toJsonText } from '../report/json.ts';
import { withoutUndefined } from '../space/without-undefined.ts';
import { storageFailed } from '../storage-failed.ts';
import { steadyTime } from '../study/steady-time.ts';
import { writeWhole } from '../write-whole.ts';
import { formatDuration } from '../text.ts';
import { expectedOf, planNight, shareOf, type InvalidFile, type Planned, type Share } from './night-plan.ts';
import type { TuneOptions, TuneResult } from './options.ts';
import { tune } from './tune.ts';

type Passed = Pick<
  TuneOptions,
  'trials' | 'slots' | 'memoryLimit' | 'storage' | 'artifacts' | 'reports' | 'signal' | 'observe' | 'log'
>;

export interface NightlyOptions extends Passed {
  /** Seconds for the whole night, shared by the studies. Default: as long as their budgets say. */
  readonly duration?: number;
  /** How often the best configurations of this night and of the last one are trained again. Default: 8. */
  readonly confirmSeeds?: number;
  readonly compare?: CompareOptions;
  /** Seconds since the night began, where another process began it: what that one has finished is not run again. */
  readonly elapsed?: number;
  /** Milliseconds on a clock that never jumps. */
  readonly clock?: () => number;
}

export interface NightlyResult {
  readonly night: Nightly;
  readonly files: { readonly html: string; readonly markdown: string; readonly json: string };
}

const defaultSeeds = 8;

/**
 * @param folder with the space files
 * @throws TuneError FILE_UNREADABLE or USAGE where there is none, STORAGE_FAILED for what cannot be written; what goes wrong
 *   with one study is in the result
 */
export async function nightly(folder: string, options: NightlyOptions = {}): Promise<NightlyResult> {
  const {
    reports = 'reports',
    duration = Infinity,
    confirmSeeds = defaultSeeds,
    elapsed = 0,
    slots,
    storage,
    signal,
    clock = () => performance.now(),
  } = options;
  const startedAt = new Date(steadyTime().getTime() - elapsed * 1000);
  const begun = clock() - elapsed * 1000;
  const secondsSince = (since: number): number => (clock() - since) / 1000;
  const { planned, invalid } = await planNight(folder, resolve(reports), { storage, since: startedAt });
  const ended: Ended[] = [];
  for (const [index, study] of planned.entries()) {
    if (study.done) {
      ended.push(endedWith(study, { ...study.done, stopped: study.done.report.run.stopped }, resolve(reports)));
      continue;
    }
    const left = duration - secondsSince(begun);
    if (signal?.aborted || left <= 0) {
      ended.push({ study: { ...blank(study), state: 'not-run' } });
      continue;
    }
    const expected = expectedOf(study, { confirmSeeds, slots });
    const share = shareOf({ left, studies: planned.length - index, ...expected });
    tell(options, `study ${index + 1} of ${planned.length}: ${announce(study, share)}`);
    const since = clock();
    const outcome = await runOne(study, share, { ...options, reports, confirmSeeds });
    const timed = { ...outcome, study: { ...outcome.study, seconds: secondsSince(since) } };
    tell(options, `${study.name}: ${timed.study.verdict?.sentence ?? timed.study.problems?.[0] ?? timed.study.state}`);
    ended.push(timed);
  }
  const studies = byUrgency([...(await judgedTogether(ended)), ...invalid.map(invalidStudy)]);
  const night: Nightly = {
    schema: 'tune-nightly/1',
    startedAt: startedAt.toISOString(),
    finishedAt: steadyTime().toISOString(),
    studies,
  };
  return { night, files: await writeIndex(night, resolve(reports)) };
}

function announce({ name, goesOn }: Planned, { search }: Share): string {
  const time = search === Infinity ? '' : `, ${formatDuration(search)} for its search`;
  return `${name}${goesOn ? ' goes on where it was cut off' : ''}${time}`;
}

interface Ended {
  readonly study: NightlyStudy;
  readonly report?: Report;
  /** Where that is. */
  readonly folder?: string;
}

async function runOne(planned: Planned, { search }: Share, options: NightlyOptions): Promise<Ended> {
  const { path, goesOn, previous } = planned;
  const { trials, slots, memoryLimit, storage, artifacts, reports, signal, observe, log, compare } = options;
  const { confirmSeeds = defaultSeeds } = options;
  const best = previous?.best?.config;
  const run = (fresh: boolean): Promise<TuneResult> =>
    tune(path, {
      ...withoutUndefined({ trials, slots, memoryLimit, storage, artifacts, reports, signal, observe, log, compare }),
      ...(search < Infinity && { duration: search }),
      fresh,
      confirm: confirmSeeds,
      // Nothing is chosen by the values that judge.
      candidates: 1,
      rivals: best ? [best] : [],
    });
  try {
    const result = await run(!goesOn).catch((error: unknown) => {
      if (!(goesOn && error instanceof TuneError && error.code === 'STUDY_CHANGED')) throw error;
      tell(options, `${planned.name}: its space file has changed since it was cut off, so it begins anew`);
      return run(true);
    });
    return endedWith(planned, result, resolve(reports!));
  } catch (error) {
    const state = signal?.aborted ? 'interrupted' : 'failed';
    return { study: { ...blank(planned), state, ...problemsOf(error) } };
  }
}

interface Outcome extends Pick<StoredReport, 'report' | 'files'> {
  readonly stopped: RunEnd;
}

function endedWith(planned: Planned, outcome: Outcome, reports: string): Ended {
  const { report, files } = outcome;
  return { study: summaryOf(planned, outcome, reports), report, folder: dirname(files.json) };
}

function summaryOf(planned: Planned, { stopped, report, files }: Outcome, reports: string): NightlyStudy {
  const { value } = nightOf(report);
  const earlier = (report.nights ?? []).flatMap(night => (night.value === undefined ? [] : [night.value]));
  const isFailed = stopped !== 'interrupted' && !report.best;
  const [cause] = report.failures;
  return {
    ...blank(planned),
    state: stopped === 'interrupted' ? 'interrupted' : isFailed ? 'failed' : 'done',
    ...(isFailed && {
      code: 'NO_COMPLETE_TRIAL',
      problems: [`no trial completed${cause ? `: ${cause.message}` : ''}`],
    }),
    metric: report.study.metric.name,
    ...(value !== undefined && { value }),
    ...(report.comparison && { verdict: report.comparison.verdict }),
    trend: [...earlier, ...(value === undefined ? [] : [value])],
    failures: report.cost.counts.failed,
    ...(report.advice?.[0] && { advice: report.advice[0].text }),
    report: relative(reports, files.html).split(sep).join('/'),
  };
}

function blank({ path, name }: Pick<Planned, 'path' | 'name'>): Omit<NightlyStudy, 'state'> {
  return { study: name, spaceFile: path, trend: [], failures: 0, seconds: 0 };
}

function invalidStudy({ path, error }: InvalidFile): NightlyStudy {
  return { ...blank({ path, name: basename(path) }), state: 'invalid', ...problemsOf(error) };
}

function problemsOf(error: unknown): Pick<NightlyStudy, 'problems' | 'code'> {
  const { code, message } = describeError(error);
  return { problems: message.split('\n').map(line => line.trim()), code: code as ErrorCode | 'INTERNAL' };
}

/** Several studies have several chances of a false alarm: what they come to together may be less. */
async function judgedTogether(ended: readonly Ended[]): Promise<readonly NightlyStudy[]> {
  const told = ended.filter((each): each is Required<Ended> => each.report !== undefined);
  const adjusted = adjustForStudies(told.map(({ report }) => report));
  const verdicts = new Map<NightlyStudy, NightlyStudy['verdict']>();
  for (const [index, { study, report, folder }] of told.entries()) {
    const now = adjusted[index]!;
    if (now !== report) await writeReport(now, folder);
    verdicts.set(study, now.comparison?.verdict);
  }
  return ended.map(({ study }) => {
    const verdict = verdicts.get(study);
    return { ...study, ...(verdict && { verdict }) };
  });
}

async function writeIndex(night: Nightly, reports: string): Promise<NightlyResult['files']> {
  const files = {
    html: join(reports, 'index.html'),
    markdown: join(reports, 'index.md'),
    json: join(reports, 'nightly.json'),
  };
  const [{ nightlyIndex }, { nightlyMarkdown }] = await Promise.all([
    import('../report/html/nightly-index.ts'),
    import('../report/nightly.ts'),
  ]);
  try {
    await mkdir(reports, { recursive: true });
    await writeWhole(files.json, toJsonText(night));
    await writeWhole(files.markdown, nightlyMarkdown(night));
    await writeWhole(files.html, nightlyIndex(night));
  } catch (error) {
    throw storageFailed(reports, 'the index could not be written', error);
  }
  return files;
}

function tell({ observe }: Pick<NightlyOptions, 'observe'>, text: string): void {
  observe?.({ type: 'notice', text });
}
