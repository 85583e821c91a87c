/** The study and what people read: tonight against last night, and what tonight came to. */
import { formatCount, formatNumber } from '../../text.ts';
import { headline, testSentence } from '../headline.ts';
import { markdownText } from '../markdown-text.ts';
import type { ModelFacts, Report } from '../report.ts';
import { cell } from './cells.ts';
import { verdictLine } from './verdict.ts';

export function titleSection(report: Report): string[] {
  const verdict = verdictLine(report);
  return [
    `### Tuning of ${cell(report.study.name)}`,
    ...(verdict === undefined ? [] : ['', `**${markdownText(verdict)}**`]),
    '',
    `**${cell(headline(report))}**`,
    ...modelLines(report),
  ];
}

/** The test score of the saved model, and its size; each after an empty line. */
export function modelLines(report: Report): string[] {
  const test = testSentence(report);
  return [...(test === undefined ? [] : ['', `Test score of the saved model: ${cell(test)}.`]), ...sizeOf(report)];
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
