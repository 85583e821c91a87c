/**
 * report.html: one file that needs neither network nor script, and lets nothing else run (Content-Security-Policy).
 * A script may be there to sort, filter and point; all that it shows is in the page without it.
 */
import { outcomeWords } from '../compare/wording.ts';
import { headline } from '../headline.ts';
import type { Report } from '../report.ts';
import { markup, type Markup } from './markup.ts';
import { assetOf, pageStyle, pageText, policyOf, type PageCode } from './page-text.ts';
import type { Section } from './parts.ts';
import { sectionsOf } from './sections.ts';
import { keyFigures } from './sections/key-figures.ts';
import { pageHead } from './sections/verdict.ts';

const still: PageCode = { style: pageStyle, scripts: [assetOf('page.js')], isLive: false };
const live: PageCode = { style: pageStyle, scripts: [...still.scripts, assetOf('live.js')], isLive: true };

export interface PageOptions {
  /** The page is served by `tune watch`: it takes its contents anew whenever "/events" says so. Default: false. */
  readonly live?: boolean;
}

/** The policy of the live page, for whoever serves it. */
export const livePolicy = policyOf(live);

export function html(report: Report, options: PageOptions = {}): string {
  const sections = sectionsOf(report);
  return pageText({
    ...(options.live ? live : still),
    title: titleOf(report),
    description: headline(report),
    body: markup`<a class="skip" href="#content">Skip to the report</a>
<nav aria-label="Contents"><ol>
${sections.map(({ id, title, short }) => markup`<li><a href="#${id}">${short ?? title}</a></li>\n`)}</ol></nav>
<main id="content">
${pageHead(report)}${keyFigures(report)}${sections.map(sectionOf)}</main>
<footer><p>Made by tfjs-tune ${report.run.environment.version}. All data is in report.json, beside this file.</p></footer>
`,
  });
}

function titleOf({ study, comparison }: Report): string {
  if (!comparison) return `${study.name}: tuning report`;
  const { symbol, word } = outcomeWords[comparison.verdict.outcome];
  return `${symbol} ${study.name}: ${word.toLowerCase()}`;
}

function sectionOf({ id, title, content }: Section): Markup {
  return markup`<section id="${id}" aria-labelledby="${id}-heading">
<h2 id="${id}-heading">${title}</h2>
${content}</section>
`;
}
