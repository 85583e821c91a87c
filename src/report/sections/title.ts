/** The study and the one sentence that people read. */
import { formatCount, formatNumber } from '../../text.ts';
import { headline, testSentence } from '../headline.ts';
import type { ModelFacts, Report } from '../report.ts';
import { cell } from './cells.ts';

export function titleSection(report: Report): string[] {
  const test = testSentence(report);
  return [
    `### Tuning of ${cell(report.study.name)}`,
    '',
    `**${cell(headline(report))}**`,
    ...(test === undefined ? [] : ['', `Test score of the saved model: ${cell(test)}.`]),
    ...sizeOf(report),
  ];
}

function sizeOf({ best }: Report): string[] {
  const { parameters, flops, inferenceMs }: ModelFacts = best ?? {};
  if (parameters === undefined || flops === undefined) return [];
  const speed = inferenceMs === undefined ? '' : `, ${formatNumber(inferenceMs)} ms for one alone`;
  return [
    '',
    `It has ${formatCount(parameters)} parameters and takes ${formatCount(flops)} FLOPs per example${speed}.`,
  ];
}
