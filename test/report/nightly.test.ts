/** The index of a night: order, words, and names that mean harm. */
import { parseHTML } from 'linkedom';
import { expect, test } from 'vitest';
import type { Outcome, Verdict } from '../../src/report/compare/comparison.ts';
import { nightlyIndex } from '../../src/report/html/nightly-index.ts';
import { trend } from '../../src/report/html/trend.ts';
import { textOf } from '../../src/report/html/markup.ts';
import {
  byUrgency,
  changeOf,
  nightlyHeadline,
  nightlyMarkdown,
  type Nightly,
  type NightlyStudy,
} from '../../src/report/nightly.ts';

function study(name: string, more: Partial<NightlyStudy> = {}): NightlyStudy {
  const file = `${name}.json`;
  return { study: name, spaceFile: file, state: 'done', trend: [0.2, 0.1], failures: 0, seconds: 61, ...more };
}

function verdict(outcome: Outcome): Verdict {
  const sentence = `${outcome} by what <script>alert(1)</script> did`;
  return { outcome, sentence, before: [1, 3], after: [2, 4], isPaired: true, noise: 0.01 };
}

function nightOf(studies: readonly NightlyStudy[]): Nightly {
  const [startedAt, finishedAt] = ['2026-03-04T01:00:00.000Z', '2026-03-04T05:06:07.000Z'];
  return { schema: 'tune-nightly/1', startedAt, finishedAt, studies: byUrgency(studies) };
}

const studies = [
  study('first'),
  study('better', { verdict: verdict('improved') }),
  study('worse', {
    verdict: verdict('regressed'),
    report: 'worse/2026-03-04/report.html',
    metric: 'valLoss',
    value: 0.1,
  }),
  study('cut', { state: 'interrupted' }),
  study('gone', { state: 'failed', problems: ['no data'] }),
];

test('those that need someone come first', () => {
  const night = nightOf(studies);
  expect(night.studies.map(each => each.study)).toEqual(['worse', 'gone', 'cut', 'better', 'first']);
  expect(nightlyHeadline(night)).toBe('1 regressed, 1 failed, 1 interrupted, 1 improved, 1 first night');
  // From a mean of 2 to one of 3.
  expect(changeOf(studies[2]!)).toBe('+50 %');
  const rows = nightlyMarkdown(night).split('\n');
  expect(rows[4]).toMatch(
    /Regressed +\| worse +\| valLoss +\| +0\.1 \| +\+50 % \| █▁ +\| +0 \| 1 min 01 s \| \[report\]/,
  );
});

test('names and messages have no effect in the page, nor in Markdown', () => {
  const evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>&lt;@everyone [x](javascript:alert(1))';
  const hostile = study(evil, {
    metric: evil,
    value: 1,
    problems: [evil],
    advice: evil,
    state: 'failed',
    report: `${evil}/report.html`,
  });
  const page = nightlyIndex(nightOf([hostile, ...studies]));
  const { document } = parseHTML(page);
  expect(document.querySelectorAll('script, img, iframe, [onerror]')).toHaveLength(0);
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(document.querySelector('meta[http-equiv]')!.getAttribute('content')).toMatch(/^default-src 'none'; style-src/);
  expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  const text = nightlyMarkdown(nightOf([hostile, ...studies]));
  expect(text).not.toMatch(/<script|<img|[^\\]\[x\]/);
});

test('the same night is the same page to the byte', () => {
  expect(nightlyIndex(nightOf(studies))).toBe(nightlyIndex(nightOf(studies)));
});

test('a trend is a line from the first night to a dot for tonight', () => {
  expect(textOf(trend([], 'x'))).toBe('');
  const svg = textOf(trend([1, NaN, 3], 'x'));
  expect(svg).toContain('aria-label="x, night by night: 1, 3"');
  // Low values are low.
  expect(svg).toContain('points="60.0,24.0 116.0,4.0"');
  expect(svg).toContain('cx="116.0" cy="4.0"');
});
