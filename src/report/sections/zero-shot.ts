/** How well classes are known that were not in training. */
import { formatNumber } from '../../text.ts';
import type { Report } from '../report.ts';

export function zeroShotSection({ model }: Report): string[] {
  const score = model?.zeroShot;
  if (!score) return [];
  const { seenAccuracy, unseenAccuracy, chance, rejectionAuc, threshold } = score;
  const facts = [
    seenAccuracy !== undefined && `classes seen in training: accuracy ${formatNumber(seenAccuracy)}`,
    unseenAccuracy !== undefined &&
      `unseen classes: accuracy ${formatNumber(unseenAccuracy)}, ${formatNumber(chance!)} by chance`,
    rejectionAuc !== undefined && `"none of these": area under the ROC curve ${formatNumber(rejectionAuc)}`,
    `an example is of none of the classes where its similarity is below ${formatNumber(threshold)}`,
  ];
  return ['#### Zero-shot', '', ...facts.filter(fact => fact !== false).map(fact => `- ${fact}`)];
}
