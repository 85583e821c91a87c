/**
 * Faults 20 and 21: 80 payloads in every text of a report. The page has exactly the elements and attributes of a harmless
 * one, and nothing of it runs in a browser; Markdown has no active character more, and terminals get no control character.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { paintFor } from '../../../src/cli/paint.ts';
import { summary } from '../../../src/cli/summary.ts';
import { html } from '../../../src/report/html/html.ts';
import { markdown } from '../../../src/report/markdown.ts';
import { chromiumOf, openPage } from '../../chromium.ts';
import { fullReport, nights } from './full-report.ts';
import { hostile } from './hostile-report.ts';
import { payloads } from './payloads.ts';

const report = { ...fullReport(8), nights: nights.slice(0, 2) };
const harmless = hostile(report, 'x');
const hostiles = payloads.map(payload => ({ payload, report: hostile(report, payload) }));
const pages = hostiles.map(({ payload, report }) => ({ payload, page: html(report) }));

/** How often each tag comes with which names of attributes, by the text alone: whatever begins with "<" counts. */
function tagsIn(page: string): Record<string, number> {
  // Scripts and styles are ours, and their contents no markup.
  const text = page.replaceAll(/(<(script|style)\b[^>]*>)[^]*?(?=<\/\2>)/g, '$1');
  return countBy(text.match(/<(?:[^"<>]|"[^"]*")*>?/g)!, tag => tag.replaceAll(/="[^"]*"/g, ''));
}

/** The same of elements, for a browser to work out. */
const shape = `(() => {
  const counts = {};
  for (const { tagName, attributes } of document.querySelectorAll('*')) {
    const key = [tagName.toLowerCase(), ...[...attributes].map(({ name }) => name).sort()].join(' ');
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
})()`;

function countBy(texts: readonly string[], keyOf: (text: string) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of texts.map(keyOf)) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}

test('80 different ones', () => {
  expect(new Set(payloads).size).toBe(80);
});

test('the page has the tags and attributes of a harmless one', () => {
  const expected = tagsIn(html(harmless));
  expect(Object.keys(expected).length).toBeGreaterThan(80);
  for (const { payload, page } of pages) expect({ payload, tags: tagsIn(page) }).toEqual({ payload, tags: expected });
});

test('a browser finds the same ones, and runs nothing', async context => {
  const program = chromiumOf(context);
  const folder = mkdtempSync(join(tmpdir(), 'tune-injection-'));
  const file = join(folder, 'report.html');
  writeFileSync(file, html(harmless));
  const browser = await openPage(program, String(pathToFileURL(file)));
  const look = `({ shape: ${shape}, hit: globalThis.hit ?? globalThis.frames.length })`;
  try {
    const expected = await browser.evaluate(look);
    for (const { payload, page } of pages) {
      writeFileSync(file, page);
      await browser.open(String(pathToFileURL(file)));
      expect({ payload, found: await browser.evaluate(look) }).toEqual({ payload, found: expected });
      expect({ payload, complaints: browser.complaints }).toEqual({ payload, complaints: [] });
    }
    expect(expected).toMatchObject({ hit: 0 });
    expect(new Set(browser.requests)).toEqual(new Set([String(pathToFileURL(file))]));
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
}, 300_000);

/** Characters that do something in Markdown, and how many of each there are without a backslash before them. */
function activeIn(markdown: string): Record<string, number> {
  // What stands in fences and between ticks is code.
  const text = markdown
    .replaceAll(/^(`{3,})\w*\n[^]*?\n\1$/gm, 'code')
    .replaceAll(/(?<![`\\])(`+)(?!`)[^\n]*?[^`]\1(?!`)/g, 'code');
  const lines = text.split('\n');
  const bare = text.replaceAll(/\\[^]/g, '');
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  return {
    lines: lines.length,
    headings: lines.filter(line => /^ {0,3}#/.test(line)).length,
    items: lines.filter(line => /^ {0,3}(?:[-+*]|\d+[.)])\s/.test(line)).length,
    quotes: lines.filter(line => line.startsWith('>')).length,
    ...Object.fromEntries(Array.from('`*[]<>|$~', character => [character, bare.split(character).length])),
    underscores: bare.match(/(?<!\w)_|_(?!\w)/g)?.length ?? 0,
    mentions: count(/@(?!&#8203;)/g),
    references: count(/(?<!&)#\d/g),
    addresses: count(/:\/\/|www\./g),
    // oxlint-disable-next-line no-control-regex -- finding control characters is the point
    controls: count(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g),
    commands: lines.filter(line => /^\s*(?:::|##\[)/.test(line)).length,
  };
}

test('Markdown has no active character more than a harmless one', () => {
  const expected = activeIn(markdown(harmless));
  expect(expected).toMatchObject({ mentions: 0, references: 0, addresses: 0, controls: 0, commands: 0, quotes: 0 });
  for (const { payload, report } of hostiles)
    expect({ payload, active: activeIn(markdown(report)) }).toEqual({ payload, active: expected });
});

test('terminals and CI logs get neither control characters nor commands', () => {
  const files = { journal: 'journal.jsonl', html: 'report.html', markdown: 'report.md', json: 'report.json' };
  const texts = hostiles.map(({ report }) =>
    summary({ study: report.study.name, stopped: 'trials', files, report } as never, paintFor({}, {})),
  );
  // oxlint-disable-next-line no-control-regex -- finding control characters is the point
  expect(texts.join('').replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/);
  expect(texts.join('')).not.toMatch(/^\s*(?:::|##\[)/m);
});
