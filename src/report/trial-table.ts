/** Trials as rows of a table for terminals. */
import { formatDuration, formatNumber, printable } from '../text.ts';
import type { Trial } from '../study/trial.ts';
import { left, right, textTable } from './columns.ts';
import { cut } from './cut.ts';
import { valuesOf } from './learned.ts';
import { formatMove } from './values.ts';

/** Characters of a failure's message. */
const longestMessage = 80;

/** @param parameters names of the columns after the facts */
export function trialTable(trials: readonly Trial[], parameters: readonly string[]): string[] {
  const messages = trials.map(({ failure }) => cut(printable(failure?.message ?? ''), longestMessage));
  const hasMessages = messages.some(message => message !== '');
  const columns = [
    right('trial'),
    left('state'),
    right('value'),
    right('epochs'),
    right('time'),
    ...parameters.map(name => right(printable(name))),
    ...(hasMessages ? [left('message')] : []),
  ];
  const rows = trials.map((trial, index) => [
    String(trial.id),
    stateOf(trial),
    formatValues(trial),
    String(epochsOf(trial) ?? ''),
    typeof trial.attributes?.seconds === 'number' ? formatDuration(trial.attributes.seconds) : '',
    ...parameters.map(name => printable(formatMove(valuesOf(trial), name))),
    ...(hasMessages ? [messages[index]!] : []),
  ]);
  return textTable(columns, rows);
}

/** "0.2525"; of several objectives "0.2525, 812". Empty while there is none. */
export function formatValues({ value, values }: Pick<Trial, 'value' | 'values'>): string {
  return (values ?? (value === undefined ? [] : [value])).map(formatNumber).join(', ');
}

/** Epochs that a trial trained; for an objective of the user's own, the steps that it reported. */
export function epochsOf({ attributes, curve }: Pick<Trial, 'attributes' | 'curve'>): number | undefined {
  if (typeof attributes?.['epochs'] === 'number') return attributes['epochs'];
  return curve.length > 0 ? curve.length : undefined;
}

/** "failed: nan"; "complete, confirms 7" */
function stateOf({ state, failure, confirms }: Trial): string {
  const outcome = failure ? `${state}: ${printable(failure.cause)}` : state;
  return confirms === undefined ? outcome : `${outcome}, confirms ${confirms}`;
}
