/** How the best value came about, tonight and over the last nights. */
import type { Report } from '../../report.ts';
import { historySection } from '../../sections/history.ts';
import { bodyOf, fromMarkdown } from '../from-markdown.ts';
import type { Section } from '../parts.ts';

export function progressSection(report: Report): Section | undefined {
  const content = [fromMarkdown(bodyOf(historySection(report)), 'Trials that improved the best value')];
  return { id: 'progress', title: 'Progress', content };
}
