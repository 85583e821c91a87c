/** The trials of a study as CSV, one row each. */
import { isConfirmation } from '../study/confirmations.ts';
import type { Trial } from '../study/trial.ts';
import { csvText, jsonCell, type Cell } from './csv.ts';
import { epochsOf } from './trial-table.ts';
import { valueIn } from './values.ts';

/** @param parameters names, in the order of their columns */
export function trialsCsv(trials: readonly Trial[], parameters: readonly string[], objectives: number): string {
  const attributes = [...new Set(trials.flatMap(({ attributes = {} }) => Object.keys(attributes)))];
  const values = Array.from({ length: objectives }, (_, index) => index);
  const hasVersions = trials.some(({ version }) => version !== undefined);
  const hasConfirmations = trials.some(isConfirmation);
  const head = [
    'trial',
    ...(hasVersions ? ['space_version'] : []),
    ...(hasConfirmations ? ['confirms'] : []),
    'state',
    'attempt',
    ...values.map(index => (objectives === 1 ? 'value' : `value_${index}`)),
    'epochs',
    'started_at',
    'finished_at',
    'stopped',
    'cause',
    'message',
    ...parameters.map(name => `param_${name}`),
    ...attributes.map(name => `attribute_${name}`),
  ];
  const rows = trials.map((trial): Cell[] => [
    trial.id,
    ...(hasVersions ? [trial.version ?? 1] : []),
    ...(hasConfirmations ? [trial.confirms] : []),
    trial.state,
    trial.attempt,
    ...values.map(index => (trial.values ?? [trial.value])[index]),
    epochsOf(trial),
    trial.startedAt,
    trial.finishedAt,
    trial.stopped,
    trial.failure?.cause,
    trial.failure?.message,
    ...parameters.map(name => jsonCell(valueIn(trial.config, name))),
    // What a trainer says of a trial is JSON.
    ...attributes.map(name => jsonCell(valueIn(trial.attributes as Trial['config'] | undefined, name))),
  ]);
  return csvText(head, rows);
}
