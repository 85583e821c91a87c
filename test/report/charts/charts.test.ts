/** What holds for every chart. */
import { describe, expect, it } from 'vitest';
import { drawAnytimeSeconds } from '../../../src/report/charts/anytime-seconds.ts';
import type { Chart } from '../../../src/report/charts/chart.ts';
import { drawCurves } from '../../../src/report/charts/curves.ts';
import { drawEdf } from '../../../src/report/charts/edf.ts';
import { drawFront } from '../../../src/report/charts/front.ts';
import { drawHistory } from '../../../src/report/charts/history.ts';
import { drawNightsAnytime } from '../../../src/report/charts/nights-anytime.ts';
import { drawNights } from '../../../src/report/charts/nights.ts';
import { drawRungs } from '../../../src/report/charts/rungs.ts';
import { drawSchedules } from '../../../src/report/charts/schedules.ts';
import { drawTimeline } from '../../../src/report/charts/timeline.ts';
import { drawVerdict } from '../../../src/report/charts/verdict.ts';
import type { Report } from '../../../src/report/report.ts';
import type { Trial } from '../../../src/study/trial.ts';
import { time } from '../study.ts';
import { fullReportOf, reportOf, reportOfTrials } from './reports.ts';
import { parseSvg } from './svg.ts';

function chartsOf(report: Report): readonly Chart[] {
  const single = [
    drawHistory,
    drawAnytimeSeconds,
    drawEdf,
    drawCurves,
    drawTimeline,
    drawFront,
    drawVerdict,
    drawRungs,
    drawNights,
    drawNightsAnytime,
  ];
  const charts = [...single.map(draw => draw(report)), ...drawSchedules(report)];
  return charts.filter(chart => chart !== undefined);
}

const ids = 'history anytime-seconds edf curves timeline front verdict rungs nights nights-anytime schedule-0'.split(
  ' ',
);

/** Renames everything that a user can name. */
function withNames(report: Report, name: string): Report {
  const { study, comparison } = report;
  const rename = (config: object): Record<string, any> =>
    Object.fromEntries(Object.entries(config).map(([key, value]) => [key === 'learningRate' ? name : key, value]));
  return {
    ...report,
    study: {
      ...study,
      name,
      metric: { ...study.metric, name },
      metrics: study.metrics!.map(metric => ({ ...metric, name })),
      space: {
        ...study.space,
        params: study.space.params.map(param => ({ ...param, name: rename({ [param.name]: 0 }) && name })),
      },
    },
    model: {
      ...report.model!,
      schedule: { ...report.model!.schedule!, values: rename(report.model!.schedule!.values) },
    },
    comparison: { ...comparison!, verdict: { ...comparison!.verdict, sentence: name } },
    trials: report.trials.map(trial => ({
      ...trial,
      config: { ...rename(trial.config), optimizer: name },
      ...(trial.learned && { learned: rename(trial.learned) }),
    })),
  };
}

const payloads = [
  `"><script>alert(1)</script>`,
  `]]></svg><img src=x onerror=alert(1)>`,
  `' onload='alert(1)`,
  `&lt;script&gt; &#x3c;`,
  `url(https://example.com/x)`,
  `\u0000\u0007\u001b[31m\u202e`,
  `javascript:alert(1)`,
  '\ud800 lone',
];

const report = fullReportOf(200);
const charts = chartsOf(report);
const small = fullReportOf(30);
const harmless = chartsOf(withNames(small, 'harmless'));
const hostile = payloads.map(name => chartsOf(withNames(small, name)));

const noNumber = /NaN|undefined|Infinity|⚠/;

it('all charts are drawn from a report that has everything, with whatever names', () => {
  for (const drawn of [charts, harmless, ...hostile]) expect(drawn.map(({ id }) => id)).toEqual(ids);
});

it('all charts are the same when drawn again', () => {
  expect(chartsOf(fullReportOf(200))).toEqual(charts);
});

it('ids are not used twice', () => {
  const found = charts.flatMap(({ svg }) => [...svg.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id));
  expect(found).toHaveLength(2 * ids.length);
  expect(new Set(found).size).toBe(found.length);
});

describe.each([...ids.keys()])('chart %i', index => {
  const { svg, finding, table } = charts[index]!;

  it('has at most 30 KB at 200 trials', () => {
    expect(svg.length).toBeLessThan(30_000);
  });

  it('takes its colours from the page, and has no style of its own', () => {
    const elements = [...parseSvg(svg).querySelectorAll('*')];
    const attributes = elements.flatMap(element => [...element.attributes]);
    expect(elements.filter(({ localName }) => localName === 'style')).toEqual([]);
    const names = [...new Set(attributes.map(({ name }) => name))];
    expect(names.filter(name => /^(?:style|href|xlink:href|clip-path|filter|on.*)$/.test(name))).toEqual([]);
    const colors = attributes.filter(({ name }) => name === 'fill' || name === 'stroke').map(({ value }) => value);
    expect(colors.filter(color => !/^(?:none|currentColor|var\(--[a-z0-9-]+\))$/.test(color))).toEqual([]);
  });

  it('says what it shows in a sentence, with at most 50 rows of data', () => {
    expect(finding).toMatch(/^\S.*\d.*\.$/);
    expect(table.rows.length).toBeGreaterThan(0);
    expect(table.rows.length).toBeLessThanOrEqual(50);
    expect(table.rows.filter(row => row.length !== table.columns.length)).toEqual([]);
  });

  it('draws and says numbers alone, without a warning of Plot', () => {
    expect(svg).not.toMatch(noNumber);
    expect(finding + JSON.stringify(table)).not.toMatch(noNumber);
  });

  it.each([...payloads.entries()])('shows the name of payload %i without effect: %j', payload => {
    const { svg } = hostile[payload]![index]!;
    const drawn = parseSvg(svg);
    const elements = [...drawn.querySelectorAll('*')];
    // Every name is one text: as many elements as with names that are harmless.
    expect(elements).toHaveLength(parseSvg(harmless[index]!.svg).querySelectorAll('*').length);
    expect(drawn.querySelectorAll('script, img, a, image, foreignObject')).toHaveLength(0);
    const values = elements.flatMap(({ attributes }) => [...attributes].map(({ value }) => value));
    expect(values.filter(value => /alert|example\.com/.test(value))).toEqual([]);
    // oxlint-disable-next-line no-control-regex -- none may be left
    expect(svg).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
  });
});

describe('a report with little in it', () => {
  const failed = (trial: Trial): Trial => {
    const { value: _, ...others } = trial;
    return { ...others, state: 'failed', failure: { cause: 'nan', message: 'NaN' } };
  };

  it('has no chart without trials', () => {
    expect(chartsOf(reportOfTrials([]))).toEqual([]);
  });

  it('draws one trial', () => {
    const charts = chartsOf(reportOf(1));
    expect(charts.map(({ id }) => id)).toEqual(['history', 'anytime-seconds', 'curves', 'timeline']);
    for (const { svg } of charts) expect(svg).not.toMatch(noNumber);
    expect(charts[0]!.finding).toBe('Trial 0 is the best with 0.1695.');
  });

  it('draws no values where all trials failed, but when they did', () => {
    const [timeline, ...others] = chartsOf(reportOf(10, failed));
    expect(others).toEqual([]);
    expect(parseSvg(timeline!.svg).querySelectorAll('.failed rect')).toHaveLength(10);
    expect(timeline!.finding).toContain('100.0 % of the time of trials went into pruned and failed ones');
  });

  it('draws values that are all the same, zero among them', () => {
    for (const value of [0.25, 0, -3]) {
      const charts = chartsOf(reportOf(12, trial => (trial.state === 'complete' ? { ...trial, value } : trial)));
      expect(charts.map(({ id }) => id)).toEqual(['history', 'anytime-seconds', 'edf', 'curves', 'timeline']);
      for (const { svg } of charts) expect(svg).not.toMatch(noNumber);
    }
  });

  it('leaves out values that are no numbers', () => {
    const report = reportOf(30);
    const trials = report.trials.map(trial =>
      trial.trial % 3 === 0 && trial.state === 'complete'
        ? { ...trial, value: [NaN, Infinity][trial.trial % 2]! }
        : trial,
    );
    const shown = trials.filter(({ state, value }) => state === 'complete' && Number.isFinite(value)).length;
    for (const { svg, finding } of chartsOf({ ...report, trials })) expect(svg + finding).not.toMatch(noNumber);
    const svg = parseSvg(drawHistory({ ...report, trials })!.svg);
    expect(svg.querySelectorAll('.complete circle, .beyond path')).toHaveLength(shown);
  });

  it('draws trials without times, and a run that took none', () => {
    const trials = reportOf(5).trials.map(({ startedAt: _startedAt, finishedAt: _finishedAt, ...trial }) => trial);
    expect(chartsOf({ ...reportOf(5), trials }).map(({ id }) => id)).toEqual(['history', 'edf', 'curves']);
    const at = time(0);
    const charts = chartsOf(reportOf(5, trial => ({ ...trial, startedAt: at, finishedAt: at })));
    for (const { svg, finding } of charts) expect(svg + finding).not.toMatch(noNumber);
  });
});

describe('a report with much in it', () => {
  it('draws the best 500 of 3,000 trials and an even sample', () => {
    const report = reportOf(3000);
    const chart = drawHistory(report)!;
    const complete = report.trials.filter(({ state }) => state === 'complete').length;
    expect(complete).toBeGreaterThan(2000);
    expect(parseSvg(chart.svg).querySelectorAll('.complete circle, .beyond path')).toHaveLength(2000);
    expect(chart.finding).toContain(`Drawn are the best 500 of ${complete.toLocaleString('en-US')} trials`);
  });
});
