/** What a space file says of its study. */
import type { StudyCreated } from '../study/events.ts';
import type { Study, StudyOptions } from '../study/study.ts';
import type { TuneFile } from './sections.ts';

/** What makes a study, apart from those who propose, judge, store and tell the time. */
export type StudyFacts = Omit<StudyOptions, 'sampler' | 'pruner' | 'storage' | 'now' | 'elsewhere'>;

/** @param slots trials that run at once, which a deterministic study depends on */
export function studyFacts(file: TuneFile, slots: number): StudyFacts {
  const { name, space, metric, metrics, seed, budget, search } = file;
  return {
    name,
    space,
    sections: recordedSections(file),
    direction: metric.goal,
    directions: metrics.map(({ goal }) => goal),
    seed,
    planned: budget.trials,
    repeats: search.repeats,
    confirm: search.confirm,
    deterministic: search.deterministic ? slots : undefined,
  };
}

/** For the user, where the study has just gone on with another space. */
export function describeChanges({ changes, version }: Study): string | undefined {
  return changes.length > 0 ? `the space changed: ${changes.join('; ')} (version ${version})` : undefined;
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
