/** What the validation gradient made of the values that it tuned: one chart for each, epoch by epoch where that is known. */
import { dot, line, text, type Markish } from '@observablehq/plot';
import { lossOf } from '../../study/losses.ts';
import { formatNumber } from '../../text.ts';
import type { Report, ReportedTrial } from '../report.ts';
import type { Chart, ChartTable, DrawCharts } from './chart.ts';
import { background, series } from './colors.ts';
import { axisLabel, halo, plotChart } from './plot.ts';
import { evenly } from './sample.ts';
import { searchTrials } from './trials.ts';
import { valueAxis } from './value-scale.ts';

const mostParameters = 6;
const mostOthers = 50;
const mostPoints = 200;
const [ownColor, otherColor] = [series[0]!, series[5]!];

/** A value that moved; the end is that of the epoch whose weights are kept. */
interface Move {
  readonly trial: number;
  readonly start: number;
  readonly end: number;
  readonly epoch: number;
}

interface Point {
  readonly epoch: number;
  readonly value: number;
}

export const drawSchedules: DrawCharts = report => {
  const tuned = tunedTrials(report);
  const names = [...new Set(tuned.flatMap(({ learned }) => Object.keys(learned!)))].slice(0, mostParameters);
  return names.map((name, index) => drawSchedule(report, name, index, movesOf(tuned, name)));
};

/** Those whose values moved, the best first; "restart" only tells the gradient of values that stay. */
function tunedTrials(report: Report): readonly ReportedTrial[] {
  const { goal } = report.study.metric;
  return searchTrials(report)
    .filter(({ learned, value, hypergradient }) => learned && Number.isFinite(value) && hypergradient !== 'restart')
    .toSorted((a, b) => lossOf(a.value!, goal) - lossOf(b.value!, goal));
}

function movesOf(trials: readonly ReportedTrial[], name: string): readonly Move[] {
  return trials
    .filter(({ learned }) => Object.hasOwn(learned!, name))
    .map(({ trial, learned, bestEpoch, epochs }) => ({ trial, ...learned![name]!, epoch: bestEpoch ?? epochs ?? 1 }));
}

function drawSchedule(report: Report, name: string, index: number, moves: readonly Move[]): Chart {
  const [own, ...others] = moves as [Move, ...Move[]];
  const course = courseOf(report, name, own);
  const param = report.study.space.params.find(param => param.name === name);
  const isLog =
    param !== undefined && 'log' in param && param.log && moves.every(({ start, end }) => start > 0 && end > 0);
  const values = [...moves.flatMap(({ start, end }) => [start, end]), ...course.map(({ value }) => value)];
  const axis = valueAxis(values, isLog ? 'log' : 'linear');
  const label = axisLabel(name);
  return plotChart(
    {
      id: `schedule-${index}`,
      title: `What the gradient made of ${label}`,
      finding: findingOf(own, moves, label),
      table: tableOf(moves),
    },
    {
      height: 240,
      x: { label: 'epoch', inset: 6, tickFormat: 'd' },
      y: { label, ...axis, grid: true },
      marks: [
        ...others.slice(0, mostOthers).map(way),
        line(course, { x: 'epoch', y: 'value', stroke: ownColor, strokeWidth: 2, className: 'course' }),
        dot([{ epoch: own.epoch, value: own.end }], {
          x: 'epoch',
          y: 'value',
          r: 4.5,
          fill: ownColor,
          stroke: background,
          strokeWidth: 1.5,
          className: 'learned',
        }),
        text([own], {
          x: 'epoch',
          y: 'end',
          dy: -14,
          ...halo,
          text: [`trial ${own.trial}: ${formatNumber(own.end)}`],
        }),
      ],
    },
  );
}

/** Of the exported model every step is known, of others the start and the end. */
function courseOf({ model }: Report, name: string, { trial, start, end, epoch }: Move): readonly Point[] {
  const schedule = model?.trial === trial ? model.schedule : undefined;
  if (!schedule || !Object.hasOwn(schedule.values, name))
    return [
      { epoch: 0, value: start },
      { epoch, value: end },
    ];
  const { every, stepsPerEpoch, values } = schedule;
  return evenly(
    values[name]!.map((value, place) => ({ epoch: (place * every) / stepsPerEpoch, value })),
    mostPoints,
  );
}

/** A straight line, since the way between is not known. */
function way({ trial, start, end, epoch }: Move): Markish {
  return line(
    [
      { epoch: 0, value: start },
      { epoch, value: end },
    ],
    {
      x: 'epoch',
      y: 'value',
      stroke: otherColor,
      strokeOpacity: 0.45,
      className: 'other',
      title: () => `trial ${trial}: ${formatNumber(start)} → ${formatNumber(end)}`,
    },
  );
}

function findingOf({ trial, start, end, epoch }: Move, moves: readonly Move[], label: string): string {
  const rose = moves.filter(({ start, end }) => end > start).length;
  const fell = moves.filter(({ start, end }) => end < start).length;
  const all =
    moves.length > 1 ? ` Of ${moves.length} trials that tuned it, it rose in ${rose} and fell in ${fell}.` : '';
  return `Trial ${trial}, the best of them, moved ${label} from ${formatNumber(start)} to ${formatNumber(end)} by epoch ${epoch}.${all}`;
}

function tableOf(moves: readonly Move[]): ChartTable {
  return {
    ...(moves.length > mostOthers && { caption: `The best ${mostOthers} of ${moves.length} tuned trials.` }),
    columns: ['trial', 'start', 'learned', 'epoch'],
    rows: moves
      .slice(0, mostOthers)
      .map(({ trial, start, end, epoch }) => [String(trial), formatNumber(start), formatNumber(end), String(epoch)]),
  };
}
