/** What fewer training examples cost. */
import { formatNumber } from '../../text.ts';
import { markdownTable, right } from '../columns.ts';
import type { Report } from '../report.ts';
import { cell } from './cells.ts';

export function sizeCurveSection({ model, study }: Report): string[] {
  const points = model?.after?.sizeCurve;
  if (!points) return [];
  const columns = [right('training examples'), right(cell(study.metric.name))];
  const rows = points.map(({ examples, value }) => [String(examples), formatNumber(value)]);
  return ['#### Size of the data', '', ...markdownTable(columns, rows)];
}
