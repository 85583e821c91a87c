/** The numbers that people look for, in a row. */
import { formatDuration, formatNumber } from '../../../text.ts';
import type { Report } from '../../report.ts';
import { formatShare } from '../../values.ts';
import { markup, type Markup } from '../markup.ts';

interface Figure {
  readonly name: string;
  readonly value: string;
  readonly note: string;
}

export function keyFigures(report: Report): Markup {
  const figures = [bestValue(report), fresh(report), gain(report), test(report), trials(report), time(report)];
  return markup`<dl class="figures">
${figures.map(
  figure =>
    figure &&
    markup`<div><dt>${figure.name}</dt><dd><span class="number">${figure.value}</span> <span class="note">${figure.note}</span></dd></div>\n`,
)}</dl>
`;
}

function bestValue({ best, study }: Report): Figure | undefined {
  if (best?.value === undefined) return undefined;
  const epoch = best.bestEpoch === undefined ? '' : `, epoch ${best.bestEpoch}`;
  return { name: `Best ${study.metric.name}`, value: formatNumber(best.value), note: `trial ${best.trial}${epoch}` };
}

/** Nothing was chosen by these trainings, so they say what the configuration is worth. */
function fresh({ confirmed, best }: Report): Figure | undefined {
  const row = confirmed?.find(({ trial }) => trial === best?.trial);
  if (row?.mean === undefined) return undefined;
  const spread = row.deviation === undefined ? '' : `± ${formatNumber(row.deviation)}, `;
  return {
    name: 'On average',
    value: formatNumber(row.mean),
    note: `${spread}${row.values.length} fresh ${row.values.length === 1 ? 'training' : 'trainings'}`,
  };
}

function gain({ gain, baseline, best }: Report): Figure | undefined {
  if (!gain || baseline?.value === undefined || best?.trial === baseline.trial) return undefined;
  const amount = gain.relative === undefined ? formatNumber(gain.absolute) : formatShare(gain.relative);
  return {
    name: 'Over the defaults',
    value: gain.absolute > 0 ? `+${amount}` : amount,
    note: `they came to ${formatNumber(baseline.value)}`,
  };
}

function test({ model }: Report): Figure | undefined {
  if (!model) return undefined;
  const [name, score] = Object.entries(model.test.metrics)[0] ?? ['loss', model.test.loss];
  return { name: `Test ${name}`, value: formatNumber(score), note: `${model.test.examples} rows never seen` };
}

function trials({ trials, cost: { counts } }: Report): Figure {
  const parts = [counts.pruned > 0 && `${counts.pruned} pruned`, counts.failed > 0 && `${counts.failed} failed`];
  const note = parts.filter(part => part !== false).join(', ');
  return { name: 'Trials', value: String(trials.length), note: note === '' ? 'none pruned or failed' : note };
}

function time({ cost: { wallSeconds, discardedShare } }: Report): Figure {
  return {
    name: 'Took',
    value: formatDuration(wallSeconds),
    note: `${formatShare(discardedShare)} of trial time discarded`,
  };
}
