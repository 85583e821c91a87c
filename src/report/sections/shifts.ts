/** A warning where the parts of the data are not alike: what the validation rows say may then not hold elsewhere. */
import { formatNumber } from '../../text.ts';
import { left, markdownTable, right } from '../columns.ts';
import type { Report } from '../report.ts';
import { cell } from './cells.ts';

const most = 10;

const tests = { kolmogorovSmirnov: 'Kolmogorov-Smirnov', fisher: 'Fisher', classifier: 'classifier' } as const;

export function shiftsSection({ model }: Report): string[] {
  const shifts = model?.shifts;
  if (!shifts) return [];
  const rows = shifts
    .slice(0, most)
    .map(({ part, test, feature, statistic, p }) => [
      part,
      cell(feature),
      tests[test],
      formatNumber(statistic),
      formatNumber(p),
    ]);
  const columns = [left('rows'), left('feature'), left('test'), right('difference'), right('p')];
  const rest = shifts.length - rows.length;
  return [
    '#### Warning: the parts of the data differ',
    '',
    'In these features the validation or test rows are not like the training rows (two-sample tests, adjusted for their number):',
    '',
    ...markdownTable(columns, rows),
    ...(rest > 0 ? ['', `And ${rest} more.`] : []),
  ];
}
