/** The best configuration beside the defaults. */
import { left, markdownTable, right } from '../columns.ts';
import type { Report } from '../report.ts';
import { finalValue, formatChange, formatMove, formatName, formatValue, valueIn } from '../values.ts';
import { cell } from './cells.ts';

export function configSection({ best, baseline, study }: Report): string[] {
  const shown = best ?? baseline;
  if (!shown || study.space.params.length === 0) return [];
  const rows = study.space.params.map(param => {
    const from = valueIn(baseline?.config, param.name);
    const change = formatChange(param, from, finalValue(shown, param.name));
    return [cell(formatName(param)), cell(formatValue(from)), cell(formatMove(shown, param.name)), change];
  });
  const columns = [left('parameter'), right('default'), right(best ? 'best' : 'tried'), right('change')];
  return [`#### ${best ? 'Best configuration' : 'Default configuration'}`, '', ...markdownTable(columns, rows)];
}
