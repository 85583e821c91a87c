/**
 * What the forest predicts on average for each value of a parameter, the others as they were in the trials.
 * Friedman 2001, "Greedy function approximation", https://doi.org/10.1214/aos/1013203451
 */
import { areaY, dot, line, ruleX } from '@observablehq/plot';
import { lossOf } from '../../study/losses.ts';
import { formatNumber } from '../../text.ts';
import type { Importance, Prediction } from '../importance/importance.ts';
import type { Report } from '../report.ts';
import { finalValue, formatValue } from '../values.ts';
import type { DrawChart } from './chart.ts';
import { best, series } from './colors.ts';
import { panel, panelRoom, panels } from './panels.ts';
import { paramAxis, plotAxis } from './param-axis.ts';
import { rankedTrials, varyingParams } from './param-values.ts';
import { axisLabel, svgChart } from './plot.ts';
import type { SvgElement } from './svg-element.ts';
import { valueScale, type ValueScale } from './value-scale.ts';

type Partial = NonNullable<Importance['partial']>[number];

const mostPanels = 4;

export const drawPartialDependence: DrawChart = report => {
  const { importance, study } = report;
  const varying = new Set(varyingParams(report, rankedTrials(report)).map(({ name }) => name));
  const shown = (importance?.partial ?? [])
    .map(({ parameter, points }) => ({
      parameter,
      points: points.filter(({ value, deviation }) => Number.isFinite(value + deviation)),
    }))
    .filter(({ parameter, points }) => varying.has(parameter) && points.length > 1)
    .slice(0, mostPanels);
  if (shown.length === 0) return undefined;
  const { name } = study.metric;
  const scale = valueScale(
    shown.flatMap(({ points }) => points.flatMap(point => [low(point), high(point)])),
    study.metric.goal,
  );
  return svgChart(
    {
      id: 'partial',
      title: `Predicted ${name} by parameter`,
      finding: findingOf(shown, report),
      table: {
        columns: ['parameter', 'value', `predicted ${name}`, 'deviation'],
        rows: shown.flatMap(({ parameter, points }) =>
          points.map(({ at, value, deviation }) => [
            parameter,
            formatValue(at),
            formatNumber(value),
            formatNumber(deviation),
          ]),
        ),
      },
    },
    panels(shown.map(partial => dependence(partial, report, scale))),
  );
};

function low({ value, deviation }: Prediction): number {
  return value - deviation;
}

function high({ value, deviation }: Prediction): number {
  return value + deviation;
}

/** A line with a band of one standard deviation; of values without order between them, dots with whiskers. */
function dependence({ parameter, points }: Partial, report: Report, scale: ValueScale): SvgElement {
  const param = report.study.space.params.find(({ name }) => name === parameter)!;
  const chosen = report.best && finalValue(report.best, parameter);
  const axis = paramAxis(param, [...points.map(({ at }) => at), chosen]);
  const placed = points.map(point => ({
    x: axis.place(point.at)!,
    low: scale.place(low(point)),
    mean: scale.place(point.value),
    high: scale.place(high(point)),
  }));
  const bestAt = axis.place(chosen);
  return panel({
    x: { ...plotAxis(axis, parameter, panelRoom), inset: 8 },
    y: { label: axisLabel(`predicted ${report.study.metric.name}`), ticks: 5, grid: true, ...scale.axis },
    marks: [
      ...(bestAt === undefined
        ? []
        : [ruleX([bestAt], { stroke: best, strokeWidth: 1.5, strokeDasharray: '4 3', className: 'best' })]),
      ...(axis.band === undefined
        ? [
            areaY(placed, { x: 'x', y1: 'low', y2: 'high', fill: series[0]!, fillOpacity: 0.25, className: 'band' }),
            line(placed, { x: 'x', y: 'mean', stroke: series[0]!, strokeWidth: 2, className: 'mean' }),
          ]
        : [
            ruleX(placed, { x: 'x', y1: 'low', y2: 'high', stroke: series[0]!, strokeWidth: 2, strokeOpacity: 0.5 }),
            dot(placed, { x: 'x', y: 'mean', r: 4.5, fill: series[0]!, className: 'mean' }),
          ]),
    ],
  });
}

/** On the parameter that moves the prediction the most. */
function findingOf(shown: readonly Partial[], { study, best }: Report): string {
  const { name, goal } = study.metric;
  const ranges = shown.map(({ parameter, points }) => {
    const ascending = points.toSorted((a, b) => lossOf(a.value, goal) - lossOf(b.value, goal));
    const [first, last] = [ascending[0]!, ascending.at(-1)!];
    return { parameter, first, last, span: Math.abs(last.value - first.value) };
  });
  const { parameter, first, last, span } = ranges.reduce((a, b) => (b.span > a.span ? b : a));
  const end = ({ at, value }: Partial['points'][number]): string => `${formatNumber(value)} at ${formatValue(at)}`;
  return (
    `${parameter} moves the predicted ${name} the most, by ${formatNumber(span)} on average: ` +
    `from ${end(last)} to ${end(first)}.${best ? ' The dashed lines are the values of the best trial.' : ''}`
  );
}
