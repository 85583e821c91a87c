/** A study on disk: its journal and its newest report. Reads only, also while the study runs. */
import type { Report } from '../report/report.ts';
import { latestReport } from '../report/write.ts';
import { readState, type JournalState } from '../storage/journal.ts';
import { bestTrial } from '../study/best-trial.ts';
import type { Trial } from '../study/trial.ts';

export interface StudyPlace {
  readonly name: string;
  readonly folder: string;
  readonly journal: string;
}

export interface StoredStudy extends StudyPlace, JournalState {
  /** The complete trial that counts as the best. */
  readonly best?: Trial;
  /** Names of all parameters: those of the space, or else of the trials. */
  readonly parameters: readonly string[];
  /** Paths of what the study left behind. */
  readonly files: {
    readonly journal: string;
    readonly html?: string;
    readonly markdown?: string;
    readonly json?: string;
  };
  /** The newest one, and its folder. */
  readonly report?: Report;
  readonly reportFolder?: string;
  /** The newest model, and the trial that it is from. */
  readonly model?: { readonly path: string; readonly trial?: number };
}

export interface StoredStudyOptions {
  /** What the journal comes to. Default: read from it. */
  readonly state?: JournalState;
  /** Is told of the folders of newer reports that cannot be read. */
  readonly broken?: (folder: string) => void;
}

/** @throws TuneError FILE_UNREADABLE, or STORAGE_FAILED for a journal that cannot be used */
export async function readStoredStudy(place: StudyPlace, options: StoredStudyOptions = {}): Promise<StoredStudy> {
  const state = options.state ?? (await readState(place.journal));
  const { study, trials } = state;
  const latest = await latestReport(place.folder, options.broken);
  const { model, ...written } = latest?.files ?? {};
  const reported = latest?.report.best?.trial;
  // Only the report knows what was tried again on purpose, and which trial is the best by its mean.
  const isCurrent = latest !== undefined && tellsOf(latest.report, trials) && reported !== undefined;
  const best = isCurrent ? trials[reported] : study && bestTrial(trials, study.directions ?? study.direction);
  return {
    ...place,
    ...state,
    ...(best && { best }),
    parameters: study?.space.params.map(param => param.name) ?? namesIn(trials),
    files: { journal: place.journal, ...written },
    ...(latest && { report: latest.report, reportFolder: latest.folder }),
    ...(model !== undefined && { model: { path: model, ...(reported !== undefined && { trial: reported }) } }),
  };
}

/** Whether a report tells of all these trials, and not of as many others: each night begins a study of the same name. */
export function tellsOf({ trials: told }: Report, trials: readonly Trial[]): boolean {
  const begun = trials[0]?.startedAt;
  return told.length === trials.length && (told[0]?.startedAt ?? begun) === begun;
}

/** Whether its last run came to no end of its own: it was interrupted, or killed. */
export function isUnfinished({ report, trials }: Pick<StoredStudy, 'report' | 'trials'>): boolean {
  return !report || !tellsOf(report, trials) || report.run.stopped === 'interrupted';
}

function namesIn(trials: readonly Trial[]): string[] {
  return [...new Set(trials.flatMap(({ config }) => Object.keys(config)))];
}
