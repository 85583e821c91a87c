/** What `tune show` says of a study: every trial, the best configuration, the files. */
import { formatNumber, printable } from '../text.ts';
import { valuesOf } from '../report/learned.ts';
import { trialTable } from '../report/trial-table.ts';
import { formatMove } from '../report/values.ts';
import { frontOf } from '../study/best-trial.ts';
import type { Trial } from '../study/trial.ts';
import { fileLines } from './files.ts';
import type { Shown } from './shown.ts';
import { readStudy, type Studies } from './studies.ts';

export async function showStudy(studies: Studies, name: string): Promise<Shown> {
  const { study, trials, best, parameters, model, ...stored } = await readStudy(studies, name);
  const files = { ...stored.files, ...(model && { model: model.path }) };
  const lines = [
    ...trialTable(trials, parameters),
    '',
    best ? `best: trial ${best.id} with ${formatNumber(best.value!)}` : 'no trial completed',
    ...(best ? configLines(best) : []),
    '',
    ...fileLines(files),
  ];
  const { direction, directions, seed } = study ?? {};
  const front = directions && frontOf(trials, directions);
  return { lines, data: { study: name, direction, directions, seed, best, front, trials, files } };
}

/** One line for each value. */
export function configLines(trial: Pick<Trial, 'config' | 'attributes'>): string[] {
  return Object.keys(trial.config).map(name => printable(`  ${name} ${formatMove(valuesOf(trial), name)}`));
}
