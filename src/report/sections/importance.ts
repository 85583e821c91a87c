/** Which parameters matter, and what the best configuration owes to each. */
import { formatNumber } from '../../text.ts';
import { left, markdownTable, right } from '../columns.ts';
import type { Importance, Share } from '../importance/importance.ts';
import type { Report } from '../report.ts';
import { formatShare, formatSpread, formatValue } from '../values.ts';
import { cell, maxRows } from './cells.ts';

export function importanceSection({ importance, study, best }: Report): string[] {
  // A study of a few trials says enough by its table of trials.
  if (!importance?.fanova) return [];
  const parts = [
    sharesOf(importance),
    pathOf(importance, cell(study.metric.name), best?.trial),
    early(importance),
    importance.missing === undefined ? [] : [`_Left out: ${cell(importance.missing)}._`],
  ].filter(lines => lines.length > 0);
  return ['#### What matters', ...parts.flatMap(lines => ['', ...lines])];
}

interface Method {
  readonly title: string;
  readonly shares: readonly Share[];
  readonly meaning: string;
}

/** Smaller ones are for report.json. */
const leastPair = 0.01;

function sharesOf({ ped, fanova, local }: Importance): string[] {
  const methods = [
    {
      title: 'among the best',
      shares: ped,
      meaning: 'what separates the best tenth of the trials from all (PED-ANOVA)',
    },
    { title: 'anywhere', shares: fanova?.shares, meaning: 'what moves the metric anywhere in the space (fANOVA)' },
    { title: 'around the best', shares: local, meaning: 'what moves it around the best configuration' },
  ].filter((method): method is Method => method.shares !== undefined);
  const [first] = methods;
  if (!first) return [];
  const byName = methods.map(({ shares }) => new Map(shares.map(share => [share.parameter, share])));
  const columns = [left('parameter'), ...methods.map(({ title }) => right(title))];
  const rows = first.shares
    .slice(0, maxRows)
    .map(({ parameter }) => [cell(parameter), ...byName.map(shares => formatImportance(shares.get(parameter)))]);
  return [
    ...markdownTable(columns, rows),
    '',
    ...methods.map(({ title, meaning }) => `- ${title}: ${meaning}.`),
    ...together(fanova),
  ];
}

/** A dash for a parameter that the best configuration does not have. */
function formatImportance(share: Share | undefined): string {
  return share ? formatSpread(share) : formatValue(undefined);
}

function together(fanova: Importance['fanova']): string[] {
  if (!fanova) return [];
  const pairs = fanova.pairs
    .filter(({ share }) => share >= leastPair)
    .map(({ parameters, share }) => `${parameters.map(cell).join(' with ')} ${formatShare(share)}`);
  const list = pairs.length === 0 ? '' : `: ${pairs.join(', ')}`;
  return [`- Combinations explain the other ${formatShare(fanova.interactions)} of what moves it anywhere${list}.`];
}

function pathOf({ ablation }: Importance, metric: string, trial: number | undefined): string[] {
  if (!ablation || ablation.steps.length === 0) return [];
  const columns = [left('change'), right(`predicted ${metric}`)];
  const rows = ablation.steps.map(({ parameter, from, to, value, deviation }) => [
    cell(`${parameter} ${formatValue(from)} → ${formatValue(to)}`),
    `${formatNumber(value)} ± ${formatNumber(deviation)}`,
  ]);
  const start = ['the defaults', `${formatNumber(ablation.start.value)} ± ${formatNumber(ablation.start.deviation)}`];
  return [
    `From the defaults to trial ${trial}, at each step the change that brings most, as the forest predicts it:`,
    '',
    ...markdownTable(columns, [start, ...rows]),
  ];
}

function early({ rungs = [] }: Importance): string[] {
  if (rungs.length === 0) return [];
  const told = rungs.map(({ step, correlation }) => `${correlation.toFixed(2)} at step ${step}`);
  return [`Early values tell the final ones (Spearman's correlation; 0.7 and more is strong): ${told.join(', ')}.`];
}
