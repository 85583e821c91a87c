/** What is not as it was last night: the study and its surroundings, then the best configuration. */
import { left, markdownTable, right, type Column } from '../columns.ts';
import type { Comparison } from '../compare/comparison.ts';
import { formatFact } from '../compare/wording.ts';
import type { Report } from '../report.ts';
import { formatValue } from '../values.ts';
import { cell } from './cells.ts';

export function changesSection({ comparison }: Report): string[] {
  if (!comparison) return [];
  return [...surroundings(comparison), ...configuration(comparison)];
}

const values: readonly Column[] = [right('last night'), right('tonight')];

function surroundings({ changes }: Comparison): string[] {
  const title = '#### What changed since last night';
  if (changes.length === 0)
    return [title, '', 'Nothing: versions, machine, data, space and budget are the same, as far as the reports tell.'];
  const rows = changes.map(({ what, before, after, isIncomparable }) => [
    cell(what),
    cell(formatFact(before)),
    cell(formatFact(after)),
    isIncomparable ? '≠ not comparable' : '',
  ]);
  return [title, '', ...markdownTable([left('what'), ...values, left('')], rows)];
}

function configuration({ config }: Comparison): string[] {
  if (config.length === 0) return [];
  const rows = config.map(({ parameter, before, after, change }) => [
    cell(parameter),
    cell(formatValue(before)),
    cell(formatValue(after)),
    cell(change),
  ]);
  return ['', 'The best configuration:', '', ...markdownTable([left('parameter'), ...values, right('change')], rows)];
}
