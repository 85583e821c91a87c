/** What is not as it was last night: the study and its surroundings, then the best configuration. */
import { left, markdownTable, right, type Column } from '../columns.ts';
import { isRecord } from '../../space/json.ts';
import type { Json } from '../../space/space.ts';
import type { Comparison } from '../compare/comparison.ts';
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
    show(before),
    show(after),
    isIncomparable ? '≠ not comparable' : '',
  ]);
  return [title, '', ...markdownTable([left('what'), ...values, left('')], rows)];
}

function configuration({ config }: Comparison): string[] {
  if (config.length === 0) return [];
  const rows = config.map(({ parameter, before, after, change }) => [
    cell(parameter),
    show(before),
    show(after),
    cell(change),
  ]);
  return ['', 'The best configuration:', '', ...markdownTable([left('parameter'), ...values, right('change')], rows)];
}

/** A whole parameter as "type float, low 0, high 0.5". */
function show(value: Json | undefined): string {
  if (!isRecord(value)) return cell(formatValue(value));
  const parts = Object.entries(value).map(([key, part]) => `${key} ${formatValue(part)}`);
  return cell(parts.join(', '));
}
