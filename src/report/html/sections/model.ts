/** The saved model: what it scores, and what was made of it. */
import type { Report } from '../../report.ts';
import { compressionSection } from '../../sections/compression.ts';
import { ensembleSection } from '../../sections/ensemble.ts';
import { replayedSection } from '../../sections/replayed.ts';
import { shiftsSection } from '../../sections/shifts.ts';
import { sizeCurveSection } from '../../sections/size-curve.ts';
import { modelLines } from '../../sections/title.ts';
import { zeroShotSection } from '../../sections/zero-shot.ts';
import { fromMarkdown } from '../from-markdown.ts';
import type { Section } from '../parts.ts';

const parts = [shiftsSection, replayedSection, ensembleSection, compressionSection, sizeCurveSection, zeroShotSection];

export function modelSection(report: Report): Section | undefined {
  if (!report.model) return undefined;
  const content = [fromMarkdown(modelLines(report)), parts.map(part => fromMarkdown(part(report)))];
  return { id: 'model', title: 'The saved model', short: 'Model', content };
}
