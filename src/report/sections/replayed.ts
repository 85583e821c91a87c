/** The best configuration trained once more on more rows, beside the best model. */
import { formatNumber } from '../../text.ts';
import { left, markdownTable, right } from '../columns.ts';
import type { Report } from '../report.ts';
import { cell } from './cells.ts';

export function replayedSection({ model }: Report): string[] {
  const replayed = model?.after?.replayed;
  if (!replayed) return [];
  const { folder, epochs, original } = replayed;
  const scores = Object.keys(original.test.metrics);
  const columns = [
    left('model'),
    right('training examples'),
    ...['validation', 'test'].flatMap(part => ['loss', ...scores].map(name => right(`${part} ${cell(name)}`))),
  ];
  const rows = [
    { name: 'original', ...original },
    { name: 'replayed', ...replayed },
  ].map(({ name, examples, validation, test }) => [
    name,
    String(examples),
    ...[validation, test].flatMap(({ loss, metrics }) => [
      formatNumber(loss),
      ...scores.map(score => formatNumber(metrics[score]!)),
    ]),
  ]);
  return [
    '#### Replayed',
    '',
    `The best configuration again, ${epochs} epochs on the training and the tuning rows (\`model/${folder}\`):`,
    '',
    ...markdownTable(columns, rows),
  ];
}
