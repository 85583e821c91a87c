/** What the study cost, and whether more of it is worth it. */
import { drawRungs } from '../../charts/rungs.ts';
import { drawTimeline } from '../../charts/timeline.ts';
import type { Report } from '../../report.ts';
import { convergenceSection } from '../../sections/convergence.ts';
import { costSection as costLines } from '../../sections/cost.ts';
import { pruningSection } from '../../sections/pruning.ts';
import { versionsSection } from '../../sections/versions.ts';
import { workersSection } from '../../sections/workers.ts';
import { bodyOf, fromMarkdown } from '../from-markdown.ts';
import { figures, type Section } from '../parts.ts';

export function costSection(report: Report): Section {
  const content = [
    fromMarkdown(bodyOf(costLines(report))),
    fromMarkdown(versionsSection(report)),
    figures([drawTimeline(report)]),
    fromMarkdown(workersSection(report)),
    fromMarkdown(convergenceSection(report)),
    fromMarkdown(pruningSection(report)),
    figures([drawRungs(report)]),
  ];
  return { id: 'cost', title: 'Cost and time', short: 'Cost', content };
}
