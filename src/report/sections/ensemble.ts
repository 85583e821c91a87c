/** The best trials together, beside the best one alone. */
import { testSentence, scoreSentence } from '../headline.ts';
import type { Report } from '../report.ts';
import { cell } from './cells.ts';

export function ensembleSection(report: Report): string[] {
  const ensemble = report.model?.after?.ensemble;
  if (!ensemble) return [];
  return [
    '#### Ensemble',
    '',
    `The mean of trials ${ensemble.trials.join(', ')} (\`model/${ensemble.folder}\`): ${cell(scoreSentence(ensemble.test))}; ` +
      `the best alone: ${cell(testSentence(report)!)}.`,
  ];
}
