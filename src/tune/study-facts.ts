/** What a space file says of its study. */
import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { StudyCreated } from '../study/events.ts';
import type { Study, StudyOptions } from '../study/study.ts';
import type { TuneFile } from './sections.ts';

/** What makes a study, apart from those who propose, judge, store and tell the time. */
export type StudyFacts = Omit<StudyOptions, 'sampler' | 'pruner' | 'storage' | 'now' | 'elsewhere'>;

/** @param folder of the study */
export function studyFacts(file: TuneFile, folder: string): StudyFacts {
  const { name, space, metric, metrics, seed, budget, search } = file;
  return {
    name,
    space,
    sections: recordedSections(file),
    ...(file.file !== undefined && canRun(file) && { file: recordedPath(folder, file.file) }),
    direction: metric.goal,
    directions: metrics.map(({ goal }) => goal),
    seed,
    planned: budget.trials,
    repeats: search.repeats,
    confirm: search.confirm,
    deterministic: search.deterministic || undefined,
  };
}

/** For the user, where the study has just gone on with another space. */
export function describeChanges({ changes, version }: Study): string | undefined {
  return changes.length > 0 ? `the space changed: ${changes.join('; ')} (version ${version})` : undefined;
}

/** Whether the file says how a trial runs; trials of others are asked for and told. */
function canRun({ data, trainer }: TuneFile): boolean {
  return data !== undefined || trainer !== undefined;
}

/** The parts of the file that a study records, since its results compare with no others. */
export function recordedSections({
  metric,
  metrics,
  data,
  model,
  train,
}: TuneFile): NonNullable<StudyCreated['sections']> {
  const names = metrics.map(({ name }) => name);
  return {
    metric: names.length === 1 ? metric.name : names,
    ...(data !== undefined && { data, model: model!, train: train! }),
  };
}

/** As a study records the path of its space file: from its folder, so that both may move together, to other systems too. */
export function recordedPath(folder: string, file: string): string {
  const path = relative(folder, resolve(file));
  // On Windows there is no way from one drive to another.
  return isAbsolute(path) ? path : path.split(sep).join('/');
}

/** Where the space file of a study is, if it is still there. */
export function recordedFile(folder: string, { file }: StudyCreated): string | undefined {
  return file === undefined ? undefined : resolve(folder, file);
}
