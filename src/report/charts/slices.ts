/** The value of every trial against each of the parameters that matter the most. */
import { dot } from '@observablehq/plot';
import type { Json, Param } from '../../space/space.ts';
import { median } from '../../stats/median.ts';
import { lossOf } from '../../study/losses.ts';
import { formatNumber } from '../../text.ts';
import type { Report } from '../report.ts';
import { formatValue } from '../values.ts';
import type { DrawChart } from './chart.ts';
import { background, best, rankColors } from './colors.ts';
import { panel, panelRoom, panels } from './panels.ts';
import { paramAxis, plotAxis, trialPlace } from './param-axis.ts';
import { byImportance, rankedTrials, valuesOf, varyingParams } from './param-values.ts';
import { axisLabel, svgChart } from './plot.ts';
import { sampleTrials } from './sample.ts';
import { svgElement, type SvgElement } from './svg-element.ts';
import type { ValuedTrial } from './trials.ts';
import { valueScale, type ValueScale } from './value-scale.ts';

const mostPanels = 4;

/** Of the trials, by number: each has its shade. */
const ages = [0, 1, 2, 3, 4];

/** Parts of an axis of numbers in the table, and values of a list. */
const parts = 5;
const mostListed = 20;

/** Trials with similar values of a parameter. */
interface Part {
  readonly values: readonly Json[];
  readonly results: readonly number[];
}

export const drawSlices: DrawChart = report => {
  const ranked = rankedTrials(report);
  const params = byImportance(varyingParams(report, ranked), report.importance).slice(0, mostPanels);
  if (params.length === 0) return undefined;
  const { name, goal } = report.study.metric;
  const { shown, note } = sampleTrials(ranked, ({ value }) => lossOf(value, goal));
  const scale = valueScale(
    ranked.map(({ value }) => value),
    goal,
  );
  const table = params.map(param => ({ param, parts: partsOf(param, ranked) }));
  const finding = [findingOf(table[0]!, report), scale.note(shown.map(({ value }) => value)), note];
  return svgChart(
    {
      id: 'slices',
      title: 'Value against the most important parameters',
      finding: finding.filter(Boolean).join(' '),
      table: {
        columns: ['parameter', 'values', 'trials', `best ${name}`, `median ${name}`],
        rows: table.flatMap(({ param, parts }) =>
          parts.map(part => [
            param.name,
            rangeOf(part),
            String(part.results.length),
            formatNumber(bestOf(part, report)),
            formatNumber(median(part.results)),
          ]),
        ),
      },
    },
    panels(
      params.map(param => slice(param, shown, scale, name)),
      legend(),
      28,
    ),
  );
};

function slice(param: Param, trials: readonly ValuedTrial[], scale: ValueScale, metric: string): SvgElement {
  const values = valuesOf(param, trials);
  const axis = paramAxis(param, values);
  const last = trials.reduce((last, { trial }) => Math.max(last, trial), 0);
  const points = trials.flatMap(({ trial, value }, index) => {
    const x = trialPlace(axis, values[index], trial);
    return x === undefined
      ? []
      : [{ trial, x, y: scale.place(value), age: Math.floor((ages.length * trial) / (last + 1)) }];
  });
  return panel({
    x: { ...plotAxis(axis, param.name, panelRoom), inset: 8 },
    y: { label: axisLabel(metric), ticks: 5, grid: true, ...scale.axis },
    marks: [
      ...ages.map(age =>
        dot(
          points.filter(point => point.age === age),
          { x: 'x', y: 'y', r: 2.5, fill: ageColor(age), fillOpacity: 0.8, className: 'trials' },
        ),
      ),
      dot(
        points.filter(({ trial }) => trial === trials[0]!.trial),
        { x: 'x', y: 'y', r: 5, fill: best, stroke: background, strokeWidth: 1.5, className: 'best' },
      ),
    ],
  });
}

/** The last trials stand out. */
function ageColor(age: number): string {
  return rankColors[2 * (ages.length - 1 - age)]!;
}

function legend(): readonly SvgElement[] {
  const y = 12;
  return [
    svgElement('text', { x: 52, y: y + 4 }, 'first trials'),
    ...ages.map(age => svgElement('circle', { cx: 128 + 12 * age, cy: y, r: 4, fill: ageColor(age) })),
    svgElement('text', { x: 188, y: y + 4 }, 'last trials'),
    svgElement('circle', { cx: 272, cy: y, r: 5, fill: best }),
    svgElement('text', { x: 284, y: y + 4 }, 'the best'),
  ];
}

/** By place on the axis, from its low end on; those that do not use the parameter are the last. */
function partsOf(param: Param, trials: readonly ValuedTrial[]): readonly Part[] {
  const values = valuesOf(param, trials);
  const { place, band = 1 / parts } = paramAxis(param, values);
  const found = new Map<number, { values: Json[]; results: number[] }>();
  for (const [index, { value }] of trials.entries()) {
    const at = place(values[index]);
    const key = at === undefined ? Infinity : Math.min(Math.floor(at / band + 1e-9), Math.round(1 / band) - 1);
    if (!found.has(key)) found.set(key, { values: [], results: [] });
    const part = found.get(key)!;
    if (values[index] !== undefined) part.values.push(values[index]);
    part.results.push(value);
  }
  return [...found]
    .toSorted(([a], [b]) => a - b)
    .map(([, part]) => part)
    .slice(0, mostListed);
}

/** "0.001 to 0.008", "adam", "–" */
function rangeOf({ values }: Part): string {
  const ascending = values.toSorted((a, b) => (typeof a === 'number' && typeof b === 'number' ? a - b : 0));
  const [from, to] = [ascending[0], ascending.at(-1)].map(formatValue);
  return from === to ? from! : `${from} to ${to}`;
}

function bestOf({ results }: Part, { study }: Report): number {
  return results.reduce((a, b) => (lossOf(b, study.metric.goal) < lossOf(a, study.metric.goal) ? b : a));
}

function findingOf({ param, parts }: { param: Param; parts: readonly Part[] }, { study }: Report): string {
  const { name, goal } = study.metric;
  const loss = ({ results }: Part): number => lossOf(median(results), goal);
  const ascending = parts.toSorted((a, b) => loss(a) - loss(b));
  const [first, last] = [ascending[0]!, ascending.at(-1)!];
  const middle = (part: Part): string => formatNumber(median(part.results));
  return `The median ${name} is best (${middle(first)}) with ${param.name} ${rangeOf(first)} and worst (${middle(last)}) with ${rangeOf(last)}.`;
}
