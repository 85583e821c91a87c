/** Which study `tune resume` goes on with, and what is known of it. */
import { TuneError } from '../errors.ts';
import { withoutUndefined } from '../space/without-undefined.ts';
import type { TuneOptions } from '../tune/options.ts';
import { isUnfinished } from '../tune/stored-study.ts';
import { spaceFileOf } from './recorded-file.ts';
import type { StoredStudy } from '../tune/stored-study.ts';
import { folderStudies, readPlace, readStudy } from './studies.ts';

/** What the study is, in place of what its space file says today. */
type Resumed = TuneOptions & {
  /** Of the space file. */
  readonly path: string;
};

/**
 * @param name of the study. Default: the only unfinished one
 * @throws TuneError USAGE, STUDY_UNKNOWN, or FILE_UNREADABLE where the space file is gone
 */
export async function findResumed(reports: string, name: string | undefined): Promise<Resumed> {
  const stored = name === undefined ? await onlyUnfinished(reports) : await readStudy(folderStudies(reports), name);
  const { study, report } = stored;
  const { seed, deterministic } = study ?? {};
  return {
    path: spaceFileOf(stored),
    name: stored.name,
    ...withoutUndefined({ seed, deterministic }),
    ...(report && wasInterrupted(report) && budgetOf(report)),
  };
}

type Report = NonNullable<StoredStudy['report']>;

async function onlyUnfinished(reports: string): Promise<StoredStudy> {
  const places = await folderStudies(reports).all();
  // A journal that cannot be read must not hide the others.
  const found = await Promise.all(places.map(place => readPlace(place).catch(() => undefined)));
  const isIdle = async ({ source }: StoredStudy) => (await source.users()).length === 0;
  const unfinished: StoredStudy[] = [];
  for (const stored of found) if (stored && isResumable(stored) && (await isIdle(stored))) unfinished.push(stored);
  const [only, ...others] = unfinished;
  if (only && others.length === 0) return only;
  const names = unfinished.map(({ name }) => name).join(', ');
  throw new TuneError('USAGE', {
    message: only ? `several studies are unfinished: ${names}` : `no study in ${reports} is unfinished`,
    hint: `name ${only ? 'one of them' : 'the study'}: tune resume <study>`,
  });
}

/** Begun with a space file, and not brought to its end. */
function isResumable(stored: StoredStudy): boolean {
  return stored.study?.file !== undefined && isUnfinished(stored);
}

function wasInterrupted({ run }: Report): boolean {
  return run.stopped === 'interrupted';
}

/** What the run was allowed. The target is the space file's alone. */
function budgetOf({ run }: Report): Pick<TuneOptions, 'trials' | 'duration' | 'trialDuration' | 'converged'> {
  const { target: _, ...budget } = run.budget;
  return budget;
}
