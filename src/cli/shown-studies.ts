/** What `tune show` finds in the journals and reports of a folder. Reads only, also while a study runs. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, TuneError } from '../errors.ts';
import { formatDuration, formatNumber, printable } from '../text.ts';
import { left, right, textTable } from '../report/columns.ts';
import { valuesOf } from '../report/learned.ts';
import { formatMove } from '../report/values.ts';
import { latestReport } from '../report/write.ts';
import { suggest } from '../space/nearest.ts';
import { bestTrial, frontOf } from '../study/best-trial.ts';
import { fold, type StudyState } from '../study/fold.ts';
import type { Trial } from '../study/trial.ts';
import { readJournal } from '../storage/journal.ts';
import { fileLines } from './files.ts';

const journalName = 'journal.log';

/** The same facts for people and for programs. */
export interface Shown {
  readonly lines: readonly string[];
  readonly data: unknown;
}

/** One line for each study. */
export async function showStudies(folder: string): Promise<Shown> {
  const names = await studyNames(folder);
  const studies = await Promise.all(names.map(name => overview(folder, name)));
  if (studies.length === 0)
    return { lines: [`no studies in ${printable(folder)}; \`tune <space.json>\` starts one`], data: { studies } };
  const rows = studies.map(study => {
    if ('unreadable' in study) return [printable(study.study), '', '', '', printable(study.unreadable)];
    const { trials, complete, best, last = '' } = study;
    const value = best ? `${formatNumber(best.value)} (trial ${best.trial})` : '';
    return [printable(study.study), String(trials), String(complete), value, last.slice(0, 16).replace('T', ' ')];
  });
  const columns = [left('study'), right('trials'), right('complete'), left('best value'), left('last trial (UTC)')];
  return { lines: textTable(columns, rows), data: { studies } };
}

/** Every trial of one study, its best configuration and its files. */
export async function showStudy(folder: string, name: string): Promise<Shown> {
  const names = await studyNames(folder);
  // Only names that were listed: a name such as ../x leads nowhere.
  if (!names.includes(name)) {
    const close = suggest(name, names);
    throw new TuneError('STUDY_UNKNOWN', { message: `no study "${name}" in ${folder}`, ...close });
  }
  const studyFolder = join(folder, name);
  const journal = join(studyFolder, journalName);
  const { study, trials } = await readStudy(journal);
  const best = study && bestTrial(trials, study.directions ?? study.direction);
  const latest = await latestReport(studyFolder);
  const files = { journal, ...latest?.files };
  const lines = [
    ...trialTable(trials, study?.space.params.map(param => param.name) ?? namesIn(trials)),
    '',
    best ? `best: trial ${best.id} with ${formatNumber(best.value!)}` : 'no trial completed',
    ...(best ? Object.keys(best.config).map(name => printable(`  ${name} ${formatMove(valuesOf(best), name)}`)) : []),
    '',
    ...fileLines(files),
  ];
  const { direction, directions, seed } = study ?? {};
  const front = directions && frontOf(trials, directions);
  return { lines, data: { study: name, direction, directions, seed, best, front, trials, files } };
}

async function studyNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const isStudy = async (name: string): Promise<boolean> =>
    (await readdir(join(folder, name)).catch((): string[] => [])).includes(journalName);
  const folders = entries.filter(entry => entry.isDirectory()).map(({ name }) => name);
  const found = await Promise.all(folders.map(isStudy));
  return folders.filter((_, index) => found[index]).toSorted();
}

async function readStudy(journal: string): Promise<StudyState> {
  return fold(await readJournal(journal));
}

type Overview =
  | { readonly study: string; readonly unreadable: string }
  | {
      readonly study: string;
      readonly trials: number;
      readonly complete: number;
      readonly best?: { readonly trial: number; readonly value: number };
      /** ISO time at which the last trial ended or began. */
      readonly last?: string;
    };

async function overview(folder: string, name: string): Promise<Overview> {
  try {
    const { study, trials } = await readStudy(join(folder, name, journalName));
    const best = study && bestTrial(trials, study.directions ?? study.direction);
    const last = trials
      .map(({ startedAt, finishedAt }) => finishedAt ?? startedAt)
      .toSorted()
      .at(-1);
    return {
      study: name,
      trials: trials.length,
      complete: trials.filter(({ state }) => state === 'complete').length,
      ...(best && { best: { trial: best.id, value: best.value! } }),
      ...(last !== undefined && { last }),
    };
  } catch (error) {
    // One broken journal must not hide the other studies.
    return { study: name, unreadable: messageOf(error) };
  }
}

function trialTable(trials: readonly Trial[], parameters: readonly string[]): string[] {
  const columns = [
    right('trial'),
    left('state'),
    right('value'),
    right('time'),
    ...parameters.map(name => right(printable(name))),
  ];
  const rows = trials.map(trial => [
    String(trial.id),
    describeState(trial),
    trial.value === undefined ? '' : (trial.values ?? [trial.value]).map(formatNumber).join(', '),
    typeof trial.attributes?.seconds === 'number' ? formatDuration(trial.attributes.seconds) : '',
    ...parameters.map(name => printable(formatMove(valuesOf(trial), name))),
  ]);
  return textTable(columns, rows);
}

function describeState({ state, failure }: Trial): string {
  return failure ? `${state}: ${failure.cause}` : state;
}

function namesIn(trials: readonly Trial[]): string[] {
  return [...new Set(trials.flatMap(({ config }) => Object.keys(config)))];
}
