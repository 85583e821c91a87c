/** Tonight against last night: the line that people read first, and the numbers behind it. */
import { median } from '../../stats/median.ts';
import { formatNumber } from '../../text.ts';
import { left, markdownTable, right } from '../columns.ts';
import { formatAmount, outcomeWords } from '../compare/wording.ts';
import type { Comparison } from '../compare/comparison.ts';
import type { Report } from '../report.ts';
import { formatShare } from '../values.ts';
import { cell } from './cells.ts';

/** "✖ Regressed: valLoss 0.245 → 0.262 (...)"; undefined without a last night. */
export function verdictLine({ comparison }: Report): string | undefined {
  if (!comparison) return undefined;
  const { outcome, sentence } = comparison.verdict;
  return `${outcomeWords[outcome].symbol} ${sentence}`;
}

export function verdictSection({ comparison, study }: Report): string[] {
  if (!comparison) return [];
  const { verdict, parts, previous } = comparison;
  const samples = [
    ["last night's best", verdict.before],
    ...(parts ? [["last night's best, trained tonight", parts.again] as const] : []),
    ["tonight's best", verdict.after],
  ] as const;
  const rows = samples
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => [
      name,
      String(values.length),
      formatNumber(median(values)),
      cell(values.map(formatNumber).join(', ')),
    ]);
  const columns = [
    left('fresh trainings of'),
    right('seeds'),
    right(`median ${cell(study.metric.name)}`),
    left('values'),
  ];
  return [
    '#### Against last night',
    '',
    `Last night is the run of ${cell(previous.study)} that began at ${cell(previous.startedAt)}.`,
    ...(rows.length > 0 ? ['', ...markdownTable(columns, rows)] : []),
    ...blockOf([...judgement(comparison), ...anytime(comparison)]),
  ];
}

function blockOf(lines: readonly string[]): string[] {
  return lines.length > 0 ? ['', ...lines.map(line => `- ${line}`)] : [];
}

function judgement({ verdict }: Comparison): string[] {
  const { shift, winChance, noise, detectable, before } = verdict;
  if (!shift || winChance === undefined || detectable === undefined) return [];
  const amount = (of: number): string => formatAmount(of, median(before));
  return [
    `A training of tonight's best comes out better than one of last night's with a chance of ${formatShare(winChance)}.`,
    `A change of less than ${amount(noise)} does not matter; one of ${amount(detectable)} is found in four of five nights.`,
  ];
}

function anytime({ anytime: area }: Comparison): string[] {
  if (!area) return [];
  const { trials, before, after } = area;
  return [
    `The best value so far, averaged over the first ${trials} complete trials, was ${formatNumber(after)} tonight and ${formatNumber(before)} last night.`,
  ];
}
