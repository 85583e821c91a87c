/** What `tune best` says. */
import { TuneError } from '../errors.ts';
import { countStates } from '../report/trial-states.ts';
import { formatValues, trialTable } from '../report/trial-table.ts';
import { finalValue, type TrialValues } from '../report/values.ts';
import { valuesOf } from '../report/learned.ts';
import { frontOf } from '../study/best-trial.ts';
import type { Config } from '../space/space.ts';
import type { Trial } from '../study/trial.ts';
import { fileLines } from './files.ts';
import type { Shown } from './shown.ts';
import { configLines } from './shown-study.ts';
import type { StoredStudy } from '../tune/stored-study.ts';
import { readStudy, type Studies } from './studies.ts';

/** @throws TuneError NO_COMPLETE_TRIAL */
export async function showBest(studies: Studies, name: string): Promise<Shown> {
  const stored = await readStudy(studies, name);
  const { study, trials, best, parameters } = stored;
  if (!best) {
    const { failed, pruned } = countStates(trials);
    throw new TuneError('NO_COMPLETE_TRIAL', `no trial of "${name}" completed: ${failed} failed, ${pruned} pruned`);
  }
  const front = study?.directions && frontOf(trials, study.directions);
  const model = modelOf(stored, best);
  const lines = [
    `trial ${best.id}: ${formatValues(best)}`,
    ...configLines(best),
    ...(front ? ['', `Pareto front, ${front.length} trials:`, ...trialTable(front, parameters)] : []),
    ...(model === undefined ? [] : ['', ...fileLines({ model })]),
  ];
  return { lines, data: { study: name, ...factsOf(best), ...(front && { front: front.map(factsOf) }), model } };
}

/** Values that the gradient moved are in `learned`, where they ended. */
function factsOf(trial: Trial) {
  const { id, value, values, config } = trial;
  const learned = learnedValues(valuesOf(trial));
  return { trial: id, value, ...(values && { values }), config, ...(learned && { learned }) };
}

function learnedValues(values: TrialValues): Config | undefined {
  const names = Object.keys(values.learned ?? {});
  return names.length === 0 ? undefined : Object.fromEntries(names.map(name => [name, finalValue(values, name)!]));
}

/** The newest model, if it is that of the best trial: others may have come since. */
function modelOf({ model }: StoredStudy, best: Trial): string | undefined {
  return model?.trial === best.id ? model.path : undefined;
}
