/**
 * Faults 20 and 21: 80 payloads in every text of a report. The page has exactly the elements and attributes of a harmless
 * one, and nothing of it runs in a browser; Markdown has no active character more, and terminals get no control character.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import { expect, test } from 'vitest';
import { html } from '../../../src/report/html/html.ts';
import { markdown } from '../../../src/report/markdown.ts';
import { chromiumOf, openPage } from '../../chromium.ts';
import { tunedInput } from '../tuned-study.ts';
import { summarize } from '../../../src/report/summarize.ts';
import { advice, comparison, fullReport, importance } from './full-report.ts';
import { hostile } from './hostile-report.ts';
import { payloads } from './payloads.ts';

const reports = [fullReport(24), { ...summarize(tunedInput), comparison, importance, advice }];

/** How often each tag comes with which names of attributes. */
const shapeOf = `elements => {
  const counts = {};
  for (const { tagName, attributes } of elements) {
    const key = [tagName.toLowerCase(), ...[...attributes].map(({ name }) => name).sort()].join(' ');
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}`;

const shapeIn = (0, eval)(shapeOf) as (elements: Iterable<Element>) => Record<string, number>;

function shape(page: string): Record<string, number> {
  return shapeIn(parseHTML(page).document.querySelectorAll('*'));
}

test('there are 80 of them, and they are different', () => {
  expect(new Set(payloads).size).toBe(80);
});

test.each(reports.map(report => [report.study.name, report] as const))(
  '%s: elements and attributes',
  (_, report) => {
    const harmless = shape(html(hostile(report, 'x')));
    for (const payload of payloads) expect(shape(html(hostile(report, payload))), payload).toEqual(harmless);
  },
  120_000,
);
