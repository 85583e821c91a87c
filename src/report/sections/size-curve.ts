/** What fewer training examples cost, and what more would bring. */
import { formatNumber } from '../../text.ts';
import { sizeCurve } from '../../train/size-curve.ts';
import { left, markdownTable, right } from '../columns.ts';
import type { Report } from '../report.ts';
import { cell } from './cells.ts';

export function sizeCurveSection({ model, study: { metric } }: Report): string[] {
  const points = model?.after?.sizeCurve;
  if (!points) return [];
  const sizes = [...new Set(points.map(({ examples }) => examples))];
  const columns = [right('training examples'), left(`${cell(metric.name)} of each training`)];
  const rows = sizes.map(size => {
    const own = points.filter(({ examples }) => examples === size);
    return [String(size), own.map(({ value }) => formatNumber(value)).join(', ')];
  });
  // The law is one of losses; what grows is a share of successes.
  const losses = points.map(({ value }) => (metric.goal === 'maximize' ? 1 - value : value));
  const curve = sizeCurve(
    points.map(({ examples }) => examples),
    losses,
  );
  return ['#### Size of the data', '', ...markdownTable(columns, rows), ...(curve ? ['', curve.sentence] : [])];
}
