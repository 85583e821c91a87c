/**
 * report.html: one file that needs neither network nor script, and lets nothing else run (Content-Security-Policy).
 * A script may be there to sort, filter and point; all that it shows is in the page without it.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chartStyle } from '../charts/colors.ts';
import { outcomeWords } from '../compare/wording.ts';
import { headline } from '../headline.ts';
import type { Report } from '../report.ts';
import { markup, textOf, trusted, type Markup } from './markup.ts';
import { sectionsOf } from './sections.ts';
import type { Section } from './parts.ts';
import { keyFigures } from './sections/key-figures.ts';
import { pageHead } from './sections/verdict.ts';

const style = `${chartStyle}${fileOf('page.css')}`;
const script = fileOf('page.js');
const liveScript = fileOf('live.js');

export interface PageOptions {
  /** The page is served by `tune watch`: it takes its contents anew whenever "/events" says so. Default: false. */
  readonly live?: boolean;
}

export function html(report: Report, options: PageOptions = {}): string {
  const sections = sectionsOf(report);
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(options)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${headline(report)}">
<title>${titleOf(report)}</title>
<link rel="icon" href="data:,">
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the report</a>
<nav aria-label="Contents"><ol>
${sections.map(({ id, title, short }) => markup`<li><a href="#${id}">${short ?? title}</a></li>\n`)}</ol></nav>
<main id="content">
${pageHead(report)}${keyFigures(report)}${sections.map(sectionOf)}</main>
<footer><p>Made by tfjs-tune ${report.run.environment.version}. All data is in report.json, beside this file.</p></footer>
${scriptsOf(options).map(text => markup`<script>${trusted(text)}</script>\n`)}</body>
</html>
`;
  return textOf(page);
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

function scriptsOf({ live = false }: PageOptions): readonly string[] {
  return live ? [script, liveScript] : [script];
}

/** What the page's Content-Security-Policy allows: no more than it consists of. */
export function policyOf(options: PageOptions): string {
  return [
    "default-src 'none'",
    `script-src ${scriptsOf(options).map(hashOf).join(' ')}`,
    `style-src ${hashOf(style)}`,
    'img-src data:',
    ...(options.live ? ["connect-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

function fileOf(name: string): string {
  return readFileSync(new URL(`./${name}`, import.meta.url), 'utf8');
}
