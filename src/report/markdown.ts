/**
 * report.md: a report for people, made to be read as it is, in a pull request or in a CI summary. The most important
 * comes first, since what is too long is cut from the bottom.
 */
import type { Report } from './report.ts';
import { adviceSection } from './sections/advice.ts';
import { configSection } from './sections/best-config.ts';
import { changesSection } from './sections/changes.ts';
import { compressionSection } from './sections/compression.ts';
import { confirmedSection } from './sections/confirmed.ts';
import { convergenceSection } from './sections/convergence.ts';
import { costSection } from './sections/cost.ts';
import { curvesSection } from './sections/curves.ts';
import { ensembleSection } from './sections/ensemble.ts';
import { environmentSection } from './sections/environment.ts';
import { failuresSection } from './sections/failures.ts';
import { frontSection } from './sections/front.ts';
import { historySection } from './sections/history.ts';
import { importanceSection } from './sections/importance.ts';
import { learnedSection } from './sections/learned.ts';
import { pruningSection } from './sections/pruning.ts';
import { replayedSection } from './sections/replayed.ts';
import { repeatsSection } from './sections/repeats.ts';
import { reproduceSection } from './sections/reproduce.ts';
import { shiftsSection } from './sections/shifts.ts';
import { sizeCurveSection } from './sections/size-curve.ts';
import { titleSection } from './sections/title.ts';
import { topSection } from './sections/top-trials.ts';
import { verdictSection } from './sections/verdict.ts';
import { versionsSection } from './sections/versions.ts';
import { workersSection } from './sections/workers.ts';
import { zeroShotSection } from './sections/zero-shot.ts';

/** GitHub takes 65,536 characters in a comment. */
const maxLength = 60_000;

/** Lines of one section; none when it has nothing to say. */
type Section = (report: Report) => readonly string[];

const sections: readonly Section[] = [
  titleSection,
  verdictSection,
  changesSection,
  shiftsSection,
  frontSection,
  configSection,
  adviceSection,
  versionsSection,
  learnedSection,
  replayedSection,
  historySection,
  confirmedSection,
  repeatsSection,
  importanceSection,
  topSection,
  zeroShotSection,
  ensembleSection,
  compressionSection,
  sizeCurveSection,
  curvesSection,
  failuresSection,
  convergenceSection,
  costSection,
  workersSection,
  pruningSection,
  reproduceSection,
  environmentSection,
];

/** The report as Markdown, at most 60,000 characters: sections that do not fit are left out whole, from the bottom. */
export function markdown(report: Report): string {
  const texts = sections
    .map(section => section(report))
    .filter(lines => lines.length > 0)
    .map(lines => `${lines.join('\n')}\n`);
  let length = 0;
  const fits = texts.map(text => (length += text.length + 1) <= maxLength - 100);
  const kept = fits.includes(false) ? texts.slice(0, fits.indexOf(false)) : texts;
  const missing = texts.length - kept.length;
  return [
    ...kept,
    ...(missing > 0 ? [`_${missing} sections did not fit here; all data is in report.json._\n`] : []),
  ].join('\n');
}
