/** The page as text: its parts, their order, and what keeps it safe. */
import { createHash } from 'node:crypto';
import { parseHTML } from 'linkedom';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromMarkdown } from '../../../src/report/html/from-markdown.ts';
import { html } from '../../../src/report/html/html.ts';
import { jsonBlock, markup, textOf } from '../../../src/report/html/markup.ts';
import { markdownText } from '../../../src/report/markdown-text.ts';
import { reportCsv } from '../../../src/report/report-csv.ts';
import { summarize } from '../../../src/report/summarize.ts';
import { printable } from '../../../src/text.ts';
import { input } from '../study.ts';
import { fullReport } from './full-report.ts';

const report = fullReport(60);
const page = html(report);
const { document } = parseHTML(page);
const all = (selector: string): any[] => [...document.querySelectorAll(selector)];

describe('the page', () => {
  test('has its parts in the order in which people need them', () => {
    expect(all('main > section').map(({ id }) => id)).toEqual([
      'changes',
      'configuration',
      'advice',
      'fit',
      'importance',
      'progress',
      'cost',
      'model',
      'failures',
      'trials',
      'reproduce',
      'environment',
    ]);
    expect(all('nav a').map(link => link.getAttribute('href'))).toEqual(
      all('main > section').map(({ id }) => `#${id}`),
    );
    expect(document.querySelector('.verdict .word')!.textContent).toBe('▼ Regressed');
    expect(document.querySelector('.verdict .sentence')!.textContent).toMatch(/^valLoss 0\.225 → 0\.24 \(/);
  });

  test('says each thing once: the headline is at its top, not with the model too', () => {
    const [first] = all('#model > p');
    expect(first.textContent).toMatch(/^Test score of the saved model: /);
    expect(all('main p').filter(({ textContent }) => textContent.includes('better than the defaults'))).toHaveLength(1);
  });

  test('names the command that follows the advice where there is a space file', () => {
    expect(document.querySelector('#advice')!.textContent).toContain('npx tune advise mnist-mlp --apply');
    const { spaceFile: _, ...study } = report.study;
    const fromCode = parseHTML(html({ ...report, study })).document;
    expect(fromCode.querySelector('#advice')!.textContent).not.toContain('tune advise');
  });

  test('has every chart, each with a title, a sentence and its numbers', () => {
    const ids = all('figure').map(({ id }) => id);
    for (const name of [
      'verdict',
      'ablation',
      'curves',
      'importance',
      'history',
      'anytime-seconds',
      'edf',
      'timeline',
      'rungs',
      'slices',
    ])
      expect(ids).toContain(`chart-${name}`);
    expect(ids.length).toBeGreaterThanOrEqual(15);
    for (const figure of all('figure')) {
      expect(figure.querySelector('figcaption h3').textContent).not.toBe('');
      expect(figure.querySelector('figcaption p').textContent).not.toBe('');
      expect(figure.querySelector('svg[role=img]')).not.toBeNull();
    }
    expect(all('figure').filter(figure => !figure.querySelector('details table tbody tr'))).toEqual([]);
  });

  test('goes down one level of headings at a time, names its tables and has no id twice', () => {
    const levels = all('h1, h2, h3, h4').map(({ tagName }) => Number(tagName[1]));
    expect(levels[0]).toBe(1);
    expect(levels.filter(level => level === 1)).toHaveLength(1);
    levels.slice(1).forEach((level, index) => expect(level - levels[index]!).toBeLessThanOrEqual(1));
    for (const table of all('table')) {
      expect(table.querySelector('caption')!.textContent).not.toBe('');
      expect(table.querySelectorAll('thead th[scope=col]')).toHaveLength(table.querySelectorAll('thead th').length);
    }
    const ids = all('[id]').map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('lists every trial, and has the data of all in a block', () => {
    expect(all('table.trials tbody tr')).toHaveLength(report.trials.length);
    expect(JSON.parse(document.getElementById('trial-data')!.textContent!)).toEqual({
      csv: reportCsv(report),
      name: 'mnist-mlp.csv',
    });
  });

  test('lets nothing run or load but its own script and style', () => {
    const policy = document.querySelector('meta[http-equiv=Content-Security-Policy]')!.getAttribute('content')!;
    const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const [, script] = /<script>([^]*?)<\/script>/.exec(page)!;
    const [, style] = /<style>([^]*?)<\/style>/.exec(page)!;
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `script-src ${hash(script!)}`,
      `style-src ${hash(style!)}`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(all('[style], style').map(({ tagName }) => tagName)).toEqual(['STYLE']);
    const attributes: { name: string; value: string }[] = all('*').flatMap(({ attributes }) => [...attributes]);
    expect(attributes.filter(({ name }) => name.startsWith('on'))).toEqual([]);
    const addresses = attributes.filter(({ name }) => ['href', 'src', 'action', 'xlink:href'].includes(name));
    expect(addresses.filter(({ value }) => !/^(?:#|data:,$)/.test(value))).toEqual([]);
    expect(script!.length).toBeLessThanOrEqual(15 * 1024);
    expect(page).not.toContain('EventSource');
  });

  test('is the same when made again, and small', () => {
    expect(html(fullReport(60))).toBe(page);
    expect(html(fullReport(200)).length).toBeLessThanOrEqual(1.5e6);
  });

  test('says what there is to say of a first night and of a study that came to nothing', () => {
    const { document } = parseHTML(html(summarize(input)));
    expect(document.querySelector('.verdict')!.textContent).toContain('valLoss 0.2525 (trial 7, epoch 7)');
    expect(document.querySelector('#changes')).toBeNull();
    const none = html(summarize({ ...input, trials: [], stopped: 'interrupted' }));
    expect(none).toContain('No trial ran.');
    expect(parseHTML(none).document.querySelector('main')!.textContent).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe('the live page', () => {
  test('may ask its own server, and has a script for that', () => {
    const live = html(report, { live: true });
    const scripts = [...live.matchAll(/<script>([^]*?)<\/script>/g)].map(([, text]) => text!);
    expect(scripts).toHaveLength(2);
    expect(live).toContain('connect-src &#39;self&#39;');
    for (const text of scripts) expect(live).toContain(createHash('sha256').update(text).digest('base64'));
    expect(scripts[1]).toContain("EventSource('/events')");
  });
});

describe('templates', () => {
  test('escape whatever a template did not make', () => {
    const text = `<b class="x">'\`&`;
    const safe = '&lt;b class=&quot;x&quot;&gt;&#39;&#96;&amp;';
    const made = markup`<p title="${text}">${[text, markup`<i>${text}</i>`, undefined, false, 3]}</p>`;
    expect(textOf(made)).toBe(`<p title="${safe}">${safe}<i>${safe}</i>3</p>`);
  });

  test('take nothing from a file for markup', () => {
    const fake = JSON.parse('{"html":"<b>","Symbol(html)":"<b>"}');
    expect(() => textOf(markup`${fake}`)).toThrow(/is not a function/);
  });

  test('cannot have a data block ended', () => {
    const data = { a: '</script><!--\u2028\u2029' };
    const block = textOf(jsonBlock('x', data));
    expect(block.match(/</g)).toHaveLength(2);
    expect(JSON.parse(/>([^]*)</.exec(block)![1]!)).toEqual(data);
  });
});

describe('fromMarkdown', () => {
  const shown = (lines: readonly string[], selector: string): string =>
    parseHTML(`<main>${textOf(fromMarkdown(lines))}</main>`).document.querySelector(selector)!.textContent!;

  test('shows any text that markdownText made harmless as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), text => {
        const expected = printable(text).replaceAll(/\s+/g, ' ').trim();
        const clean = (found: string): string => found.replaceAll(/\s+/g, ' ').trim();
        expect(clean(shown([`a ${markdownText(text)} b`], 'p'))).toBe(clean(`a ${expected} b`));
        expect(clean(shown(['| x |', '| - |', `| a${markdownText(text)}b |`], 'td, tbody th'))).toBe(
          clean(`a${printable(text)}b`),
        );
      }),
    );
  });

  test('knows what sections are written in', () => {
    const lines = ['#### Title', '', 'One **bold** `code`', 'line.', '', '- a', '- b', '', '```sh', '', 'x', '```'];
    expect(textOf(fromMarkdown(lines))).toBe(
      '<h3>Title</h3>\n<p>One <strong>bold</strong> <code>code</code> line.</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<pre><code>\nx</code></pre>\n',
    );
  });
});
