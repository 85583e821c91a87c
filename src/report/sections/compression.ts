/** The best model and what was made smaller of it: size, score and speed. */
import { formatBytes, formatNumber } from '../../text.ts';
import { left, markdownTable, right } from '../columns.ts';
import type { Report } from '../report.ts';
import { cell } from './cells.ts';

export function compressionSection({ model }: Report): string[] {
  const variants = model?.after?.compressed;
  if (!variants) return [];
  const scores = Object.keys(variants[0]!.test.metrics);
  const columns = [
    left('model'),
    right('parameters'),
    right('weights'),
    right('gzipped'),
    right('test loss'),
    ...scores.map(name => right(`test ${cell(name)}`)),
    right('ms per example'),
  ];
  const rows = variants.map(({ name, parameters, bytes, packedBytes, test, milliseconds }) => [
    cell(name),
    String(parameters),
    formatBytes(bytes),
    formatBytes(packedBytes),
    formatNumber(test.loss),
    ...scores.map(score => formatNumber(test.metrics[score]!)),
    formatNumber(milliseconds),
  ]);
  return ['#### Smaller models', '', ...markdownTable(columns, rows)];
}
