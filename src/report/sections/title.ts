/** The study and the one sentence that people read. */
import { headline, testSentence } from '../headline.ts';
import type { Report } from '../report.ts';
import { cell } from './cells.ts';

export function titleSection(report: Report): string[] {
  const test = testSentence(report);
  return [
    `### Tuning of ${cell(report.study.name)}`,
    '',
    `**${cell(headline(report))}**`,
    ...(test === undefined ? [] : ['', `Test score of the saved model: ${cell(test)}.`]),
  ];
}
