/** A study as it is now, for someone who looks at it while it runs in another process. Reads only. */
import { messageOf } from '../errors.ts';
import { pastOf } from '../report/nights.ts';
import type { Report } from '../report/report.ts';
import { summarize } from '../report/summarize.ts';
import type { StudySource } from '../storage/study-source.ts';
import { storedInput } from './report-input.ts';
import { readStoredStudy, type StoredStudy } from './stored-study.ts';
import type { StudyPlace } from './study-place.ts';

/** A report; or why there is none: nothing has begun yet, or the storage cannot be read. */
export type Seen = { readonly report: Report } | { readonly problem: unknown };

export type View = Seen & { readonly page: string };

/** Milliseconds from one page to the next, at least. */
const shortest = 1000;
/** And so many times as long as the page took: the machine is there for the trials. */
const rest = 4;

/**
 * @param pageOf what is shown of it
 * @param clock in milliseconds
 * @returns looks at the study: a new view where it has gone on and enough time has passed, else the one before
 */
export function watchStudy(
  place: StudyPlace,
  pageOf: (seen: Seen) => string,
  clock: () => number = () => performance.now(),
): () => Promise<View> {
  const { source } = place;
  let last: { readonly view: View; readonly mark: string; readonly next: number } | undefined;
  let looking: Promise<View> | undefined;

  const see = async (): Promise<View> => {
    try {
      const report = await reportOf(await readStoredStudy(place), await isRunning(source));
      return { report, page: pageOf({ report }) };
    } catch (problem) {
      return { problem, page: pageOf({ problem }) };
    }
  };
  const look = async (): Promise<View> => {
    const begun = clock();
    if (last && begun < last.next) return last.view;
    // Where nobody can say, to look tells why.
    const mark = await markOf(source).catch(messageOf);
    if (last?.mark === mark) return last.view;
    const view = await see();
    const ended = clock();
    const next = ended + Math.max(shortest, rest * (ended - begun));
    last = { view, mark, next };
    return view;
  };
  // Those who look at the same time see the same.
  return () => (looking ??= look().finally(() => (looking = undefined)));
}

async function reportOf(stored: StoredStudy, isRunning: boolean): Promise<Report> {
  const input = await storedInput(stored);
  const past = await pastOf(stored.folder, stored.currentFolder);
  // One that has begun anew has a report that is up to date until its next trial.
  return summarize({ ...input, ...past, ...(isRunning && { stopped: 'running' }) });
}

async function isRunning(source: StudySource): Promise<boolean> {
  return (await source.users()).length > 0;
}

/** What is different whenever the study has gone on, has begun anew or has ended. */
async function markOf(source: StudySource): Promise<string> {
  return [await source.mark(), await isRunning(source)].join();
}
