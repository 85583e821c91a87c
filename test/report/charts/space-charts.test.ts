import { describe, expect, it } from 'vitest';
import { drawAblation } from '../../../src/report/charts/ablation.ts';
import type { DrawChart } from '../../../src/report/charts/chart.ts';
import { drawContour } from '../../../src/report/charts/contour.ts';
import { drawImportance } from '../../../src/report/charts/importance.ts';
import { drawParallelCoordinates } from '../../../src/report/charts/parallel-coordinates.ts';
import { drawPartialDependence } from '../../../src/report/charts/partial-dependence.ts';
import { drawSlices } from '../../../src/report/charts/slices.ts';
import type { Report } from '../../../src/report/report.ts';
import type { Param } from '../../../src/space/space.ts';
import { complete, importanceFor, params, reportOf, reportOfTrials } from './spaces.ts';
import { parseSvg, type Drawn } from './svg.ts';

const charts: readonly (readonly [string, DrawChart])[] = [
  ['parallel', drawParallelCoordinates],
  ['importance', drawImportance],
  ['ablation', drawAblation],
  ['slices', drawSlices],
  ['contour', drawContour],
  ['partial', drawPartialDependence],
];

const space = params.slice(0, 6);

function withImportance(report: Report): Report {
  return { ...report, importance: importanceFor(report.study.space.params) };
}

function elementsOf(svg: Drawn): readonly string[] {
  return [...svg.querySelectorAll('*')].map(({ localName }) => localName);
}

describe.each(charts)('the chart %s', (id, draw) => {
  it('is an image of its finding, the same every time', () => {
    const report = withImportance(reportOf(60));
    const chart = draw(report)!;
    expect(chart.id).toBe(id);
    expect(draw(report)!.svg).toBe(chart.svg);
    const svg = parseSvg(chart.svg);
    expect(svg.getAttribute('role')).toBe('img');
    expect(svg.querySelector('desc')!.textContent).toBe(chart.finding);
    expect(chart.finding).toMatch(/^[^.].*\d.*\.$/);
    for (const row of chart.table.rows) expect(row).toHaveLength(chart.table.columns.length);
    expect(chart.table.rows.length).toBeGreaterThan(0);
    expect(chart.svg).not.toMatch(/NaN|Infinity|undefined|\[object|#[0-9a-f]{6}/);
  });

  it('leaves the page to the template, whatever names say', () => {
    const plain = `"x y script alert 1 script ]] amp; '2`;
    const hostile = `"><script>alert(1)</script>]]>&amp;'\u0007`;
    expect(drawnNamed(draw, hostile)).toEqual(drawnNamed(draw, plain));
    expect(textsNamed(draw, hostile)).toContain(id === 'ablation' ? '"><script>alert' : '"><script>');
  });

  it('has nothing to draw without trials, with one or of one configuration', () => {
    const config = { learningRate: 0.01, optimizer: 'adam', dropout: 0.1, units: 64, batchSize: 32 };
    const same = [complete(0, 0.4, config), complete(1, 0.5, config)];
    for (const trials of [[], same.slice(0, 1), same]) {
      // The ablation is of what the forest says; all others are of parameters that vary.
      const { importance, ...report } = withImportance(reportOfTrials(trials, space));
      const { ablation: _, pair: __, ...rest } = importance!;
      expect(draw({ ...report, importance: rest })).toBeUndefined();
    }
  });

  it('copes with values that are all the same, and with those that are no numbers', () => {
    const report = withImportance(reportOf(40));
    const flat = {
      ...report,
      trials: report.trials.map(row => (row.state === 'complete' ? { ...row, value: 0.5 } : row)),
    };
    const broken = {
      ...report,
      trials: report.trials.map((row, index) =>
        index % 3 === 1 ? { ...row, value: [NaN, Infinity][index % 2]! } : row,
      ),
    };
    for (const each of [flat, broken]) {
      const { svg, finding } = draw(each)!;
      parseSvg(svg);
      expect(svg + finding).not.toMatch(/NaN|Infinity|undefined/);
    }
  });

  it('reads a metric that should be high', () => {
    const report = withImportance(reportOf(40));
    const { study } = report;
    const high = { ...report, study: { ...study, metric: { name: 'valAccuracy', goal: 'maximize' as const } } };
    const { svg, finding } = draw(high)!;
    parseSvg(svg);
    expect(finding).toContain('valAccuracy');
  });

  it('keeps to the space of a page with 1,000 trials of 12 parameters', () => {
    const report = withImportance(reportOf(1000, params));
    expect(draw(report)!.svg.length).toBeLessThan(130_000);
  });
});

/** The same study with this text in the place of all names and choices that are words. */
function named(text: string): Report {
  const rename = (name: string): string => `${name.slice(0, 2)}${text}`;
  const renamed = space.map((param): Param => {
    const { name, when } = param;
    const [others] = [{ ...param, name: rename(name) }];
    if (param.type === 'categorical' && name === 'optimizer')
      return {
        ...others,
        choices: param.choices.map(choice => rename(choice as string)),
        default: rename('sgd'),
      } as Param;
    return { ...others, ...(when && { when: { [rename('optimizer')]: [rename('sgd')] } }) } as Param;
  });
  const report = reportOf(30);
  const words = (value: unknown): unknown => (typeof value === 'string' ? rename(value) : value);
  const trials = report.trials.map(row => ({
    ...row,
    config: Object.fromEntries(Object.entries(row.config).map(([name, value]) => [rename(name), words(value)])),
  })) as Report['trials'];
  const importance = importanceFor(renamed);
  const steps = importance.ablation!.steps.map(step => ({ ...step, parameter: rename(step.parameter), to: text }));
  return {
    ...report,
    trials,
    study: { ...report.study, space: { params: renamed, constraints: [] }, metric: { name: text, goal: 'minimize' } },
    importance: { ...importance, ablation: { ...importance.ablation!, steps } },
  };
}

function drawnNamed(draw: DrawChart, text: string): readonly string[] {
  return elementsOf(parseSvg(draw(named(text))!.svg));
}

function textsNamed(draw: DrawChart, text: string): string {
  return [...parseSvg(draw(named(text))!.svg).querySelectorAll('text')].map(({ textContent }) => textContent).join(' ');
}
