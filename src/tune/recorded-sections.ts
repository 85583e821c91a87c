/** The parts of a space file that a study records, since its results compare with no others. */
import type { StudyCreated } from '../study/events.ts';
import type { TuneFile } from './sections.ts';

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
