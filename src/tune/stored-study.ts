/** A study as it is stored: what happened, and its newest report. Reads only, also while the study runs. */
import { isOver } from '../report/night.ts';
import type { Report } from '../report/report.ts';
import { latestReport } from '../report/write.ts';
import type { JournalState } from '../storage/journal.ts';
import { bestTrial } from '../study/best-trial.ts';
import type { Trial } from '../study/trial.ts';
import type { StudyPlace } from './study-place.ts';

export interface StoredStudy extends StudyPlace, JournalState {
  /** The complete trial that counts as the best. */
  readonly best?: Trial;
  /** Names of all parameters: those of the space, or else of the trials. */
  readonly parameters: readonly string[];
  /** Where it is, and paths of what it left behind. */
  readonly files: {
    readonly journal?: string;
    /** Its address, for people. */
    readonly database?: string;
    readonly html?: string;
    readonly markdown?: string;
    readonly json?: string;
  };
  /** The newest one. */
  readonly report?: Report;
  /** Its folder, where it tells of all trials as they are now. */
  readonly currentFolder?: string;
  /** The newest model, and the trial that it is from. */
  readonly model?: { readonly path: string; readonly trial?: number };
}

/**
 * @param broken is told of the folders of newer reports that cannot be read
 * @throws TuneError FILE_UNREADABLE or STUDY_UNKNOWN, or STORAGE_FAILED for a storage that cannot be used
 */
export async function readStoredStudy(place: StudyPlace, broken?: (folder: string) => void): Promise<StoredStudy> {
  const { name, folder, source } = place;
  const state = await source.state();
  const { study, trials } = state;
  const latest = await latestReport(folder, broken);
  const { model, ...written } = latest?.files ?? {};
  const reported = latest?.report.best?.trial;
  // Only the report knows what was tried again on purpose, and which trial is the best by its mean.
  const isCurrent = latest !== undefined && tellsOf(latest.report, trials);
  const best =
    isCurrent && reported !== undefined
      ? trials[reported]
      : study && bestTrial(trials, study.directions ?? study.direction);
  return {
    name,
    folder,
    source,
    ...state,
    ...(best && { best }),
    parameters: study?.space.params.map(param => param.name) ?? namesIn(trials),
    files: { ...(source.journal === undefined ? { database: source.shown } : { journal: source.journal }), ...written },
    ...(latest && { report: latest.report }),
    ...(isCurrent && { currentFolder: latest.folder }),
    ...(model !== undefined && { model: { path: model, ...(reported !== undefined && { trial: reported }) } }),
  };
}

/**
 * Whether a report tells of all these trials, as they are now: each night begins a study of the same name, and what was
 * interrupted goes on.
 */
export function tellsOf(report: Report, trials: readonly Trial[]): boolean {
  return report.trials.length === trials.length && trials.every(trial => isToldBy(report, trial));
}

export function isToldBy({ trials }: Report, { id, state, startedAt }: Trial): boolean {
  const told = trials[id];
  // Reports of earlier versions do not say when trials began.
  return told?.state === state && (told.startedAt ?? startedAt) === startedAt;
}

/** Whether its last run came to no end of its own: it was interrupted, or killed. */
export function isUnfinished({ report, trials }: Pick<StoredStudy, 'report' | 'trials'>): boolean {
  return !report || !tellsOf(report, trials) || !isOver(report);
}

function namesIn(trials: readonly Trial[]): string[] {
  return [...new Set(trials.flatMap(({ config }) => Object.keys(config)))];
}
