/** What the page shows, in this order: what to know first, then why, then everything. */
import type { Report } from '../report.ts';
import { textOf, trusted } from './markup.ts';
import type { Section } from './parts.ts';
import { adviceSection } from './sections/advice.ts';
import { changesSection } from './sections/changes.ts';
import { configSection } from './sections/best-config.ts';
import { costSection } from './sections/cost.ts';
import { environmentSection, reproduceSection } from './sections/environment.ts';
import { failuresSection } from './sections/failures.ts';
import { fitSection } from './sections/fit.ts';
import { importanceSection } from './sections/importance.ts';
import { modelSection } from './sections/model.ts';
import { progressSection } from './sections/progress.ts';
import { trialsSection } from './sections/trials.ts';

const all: readonly ((report: Report) => Section | undefined)[] = [
  changesSection,
  configSection,
  adviceSection,
  fitSection,
  importanceSection,
  progressSection,
  costSection,
  modelSection,
  failuresSection,
  trialsSection,
  reproduceSection,
  environmentSection,
];

/** Those that have something to say about this report. */
export function sectionsOf(report: Report): readonly Section[] {
  return all
    .map(section => section(report))
    .filter(section => section !== undefined)
    .map(section => ({ ...section, content: trusted(textOf(section.content)) }))
    .filter(({ content }) => textOf(content) !== '');
}
