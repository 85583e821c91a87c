/** What the forest predicts for the pair of parameters that matters the most, and where the trials were. */
import { dot, rect } from '@observablehq/plot';
import type { Json } from '../../space/space.ts';
import { lossOf } from '../../study/losses.ts';
import { formatNumber } from '../../text.ts';
import type { Importance } from '../importance/importance.ts';
import type { Report } from '../report.ts';
import { finalValue, formatShare, formatValue } from '../values.ts';
import type { ChartTable, DrawChart } from './chart.ts';
import { background, best, rankColors } from './colors.ts';
import { numberAxis, paramAxis, plotAxis, trialPlace, type Axis } from './param-axis.ts';
import { rankedTrials, valuesOf } from './param-values.ts';
import { drawPlot, svgChart } from './plot.ts';
import { evenly, sampleTrials } from './sample.ts';
import { svgElement, type SvgElement } from './svg-element.ts';
import { valueScale } from './value-scale.ts';

type Pair = NonNullable<Importance['pair']>;

/** A predicted value, at a value of each parameter. */
interface Cell {
  readonly x: number;
  readonly y: number;
  readonly value: number;
}

const frame = { width: 640, height: 400, marginTop: 40, marginRight: 20, marginBottom: 44, marginLeft: 96 };

/** Rows and columns of the table, at most. */
const mostRows = 10;

export const drawContour: DrawChart = report => {
  const { importance, study } = report;
  const pair = importance?.pair;
  const [x, y] = [pair?.x, pair?.y].map(side => study.space.params.find(({ name }) => name === side?.parameter));
  if (!pair || !x || !y) return undefined;
  const { name, goal } = study.metric;
  const cells = pair.values
    .flatMap((row, y) => row.map((value, x): Cell => ({ x, y, value })))
    .filter(({ value }) => Number.isFinite(value))
    .toSorted((a, b) => lossOf(a.value, goal) - lossOf(b.value, goal));
  if (cells.length === 0) return undefined;
  const ranked = rankedTrials(report);
  const { shown, note } = sampleTrials(ranked, ({ value }) => lossOf(value, goal));
  const [across, upwards] = [
    paramAxis(x, [...pair.x.at, ...valuesOf(x, ranked)]),
    paramAxis(y, [...pair.y.at, ...valuesOf(y, ranked)]),
  ];
  const [columns, rows] = [edgesOf(across, pair.x.at), edgesOf(upwards, pair.y.at)];
  const points = shown.flatMap(trial => {
    const [x, y] = [
      trialPlace(across, finalValue(trial, pair.x.parameter), trial.trial),
      trialPlace(upwards, finalValue(trial, pair.y.parameter), trial.trial),
    ];
    return x === undefined || y === undefined ? [] : [{ trial: trial.trial, x, y }];
  });
  const colorOf = colorsOf(cells, report);
  const drawn = drawPlot({
    ...frame,
    x: plotAxis(across, x.name, 76),
    y: { ...plotAxis(upwards, y.name, 12, true), labelAnchor: 'top' },
    marks: [
      ...rankColors.map(fill =>
        rect(
          cells.filter(({ value }) => colorOf(value) === fill),
          {
            x1: ({ x }: Cell) => columns[x]![0],
            x2: ({ x }: Cell) => columns[x]![1],
            y1: ({ y }: Cell) => rows[y]![0],
            y2: ({ y }: Cell) => rows[y]![1],
            fill,
            // Neighbours overlap, or else the background shows between them.
            inset: -0.3,
            shapeRendering: 'crispEdges',
            className: 'cells',
          },
        ),
      ),
      dot(points, { x: 'x', y: 'y', r: 2.5, fill: background, stroke: 'currentColor', className: 'trials' }),
      dot(
        points.filter(({ trial }) => trial === ranked[0]?.trial),
        { x: 'x', y: 'y', r: 6, fill: best, stroke: background, strokeWidth: 2, className: 'best' },
      ),
    ],
  });
  drawn.append(...legend(name, cells));
  return svgChart(
    {
      id: 'contour',
      title: `Predicted ${name} by ${x.name} and ${y.name}`,
      finding: [findingOf(pair, cells, report), note].filter(Boolean).join(' '),
      table: tableOf(pair),
    },
    drawn,
  );
};

/** From where to where each value reaches: halfway to its neighbours. */
function edgesOf(axis: Axis, values: readonly Json[]): readonly (readonly [number, number])[] {
  const places = values.map(value => axis.place(value)!);
  return places.map((place, index) => {
    if (axis.band !== undefined) return [place - axis.band / 2, place + axis.band / 2];
    const [before, after] = [places[index - 1], places[index + 1]];
    const from = before === undefined ? place - ((after ?? 1) - place) / 2 : (before + place) / 2;
    const to = after === undefined ? place + (place - (before ?? 0)) / 2 : (place + after) / 2;
    return [Math.max(0, from), Math.min(1, to)];
  });
}

/** By value, in equal steps from the best to the worst that is not far out. */
function colorsOf(cells: readonly Cell[], { study }: Report): (value: number) => string {
  const { goal } = study.metric;
  const scale = valueScale(
    cells.map(({ value }) => value),
    goal,
  );
  const { place } = numberAxis(...scale.axis.domain, scale.axis.type === 'log');
  return value => {
    const share = place(scale.place(value))!;
    return rankColors[
      Math.min(rankColors.length - 1, Math.floor((goal === 'minimize' ? share : 1 - share) * rankColors.length))
    ]!;
  };
}

function legend(metric: string, cells: readonly Cell[]): readonly SvgElement[] {
  const size = 18;
  const x = frame.width - frame.marginRight - 60 - size * rankColors.length;
  const text = { y: 19, 'text-anchor': 'end' };
  return [
    svgElement('text', { ...text, x: x - 6 }, `predicted ${metric}: ${formatNumber(cells[0]!.value)}`),
    ...rankColors.map((fill, index) =>
      svgElement('rect', { x: x + index * size, y: 8, width: size, height: 14, fill }),
    ),
    svgElement(
      'text',
      { ...text, x: x + rankColors.length * size + 6, 'text-anchor': 'start' },
      formatNumber(cells.at(-1)!.value),
    ),
  ];
}

function findingOf({ x, y }: Pair, cells: readonly Cell[], { importance, study }: Report): string {
  const names = [x.parameter, y.parameter];
  const together = importance?.fanova?.pairs.find(({ parameters }) => parameters.every(name => names.includes(name)));
  const [first, last] = [cells[0]!, cells.at(-1)!].map(cell => {
    const at = `${x.parameter} ${formatValue(x.at[cell.x])} and ${y.parameter} ${formatValue(y.at[cell.y])}`;
    return `(${formatNumber(cell.value)}) at ${at}`;
  });
  const share = together ? `; what only both together explain is ${formatShare(together.share)} of all` : '';
  return `The predicted ${study.metric.name} is best ${first} and worst ${last}${share}.`;
}

function tableOf({ x, y, values }: Pair): ChartTable {
  const [columns, rows] = [x, y].map(({ at }) => evenly([...at.keys()], mostRows)) as [number[], number[]];
  return {
    caption: `Rows: ${y.parameter}. Columns: ${x.parameter}.`,
    columns: [`${y.parameter} / ${x.parameter}`, ...columns.map(column => formatValue(x.at[column]))],
    rows: rows.map(row => [formatValue(y.at[row]), ...columns.map(column => formatNumber(values[row]![column]!))]),
  };
}
