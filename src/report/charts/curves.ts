/** Learning curves of the best trials and of a typical bad one, side by side: training and validation, the best epoch marked. */
import { dot, line, text, type Markish } from '@observablehq/plot';
import type { Measurement } from '../../study/trial.ts';
import { formatNumber } from '../../text.ts';
import type { Report, ReportedTrial } from '../report.ts';
import { formatShare } from '../values.ts';
import type { ChartTable, DrawChart } from './chart.ts';
import { background, series } from './colors.ts';
import { axisLabel, halo, legend, plotChart } from './plot.ts';
import { evenly } from './sample.ts';
import { valueScale, type ValueScale } from './value-scale.ts';

const mostTop = 5;
const columns = 3;
const mostPoints = 100;
const colors = { validation: series[0]!, train: series[1]! } as const;

/** One small picture. */
interface Panel {
  readonly trial: ReportedTrial;
  readonly isBad: boolean;
  readonly fx: number;
  readonly fy: number;
  readonly points: readonly Point[];
  /** The epoch whose weights are kept. */
  readonly best?: Point;
}

interface Point {
  readonly fx: number;
  readonly fy: number;
  readonly step: number;
  /** The validation loss, or else the metric. */
  readonly validation: number;
  /** NaN where there is none. */
  readonly train: number;
}

export const drawCurves: DrawChart = report => {
  const panels = panelsOf(report);
  const values = panels
    .flatMap(({ points }) => points)
    .flatMap(({ validation, train }) => [validation, train])
    .filter(Number.isFinite);
  if (values.length === 0) return undefined;
  const { metric } = report.study;
  const hasLosses = panels.some(({ points }) => points.some(({ train }) => Number.isFinite(train)));
  // Losses are to be small, whatever becomes of the metric.
  const scale = valueScale(values, hasLosses ? 'minimize' : metric.goal);
  const rows = 1 + panels.reduce((last, { fy }) => Math.max(last, fy), 0);
  const validation = hasLosses ? 'validation loss' : axisLabel(metric.name);
  return plotChart(
    {
      id: 'curves',
      title: 'Learning curves',
      finding: [...sentences(panels), scale.note(values)].filter(Boolean).join(' '),
      table: tableOf(panels),
    },
    {
      height: 70 + 150 * rows,
      marginTop: 52,
      fx: { axis: null, padding: 0.1, domain: [...Array(columns).keys()] },
      fy: { axis: null, padding: 0.2, domain: [...Array(rows).keys()] },
      x: { label: 'epoch', inset: 4, ticks: 4, tickFormat: 'd' },
      y: { label: null, ...scale.axis, grid: true },
      marks: [
        ...legend(
          [
            { sign: '━━', label: validation, color: colors.validation },
            ...(hasLosses ? [{ sign: '╍╍', label: 'training loss', color: colors.train }] : []),
          ],
          -44,
        ),
        ...panels.flatMap(panel => [curve(panel, 'train', scale), curve(panel, 'validation', scale)]),
        dot(
          panels.flatMap(({ best }) => best ?? []),
          {
            ...facets,
            x: 'step',
            y: ({ validation }: Point) => scale.place(validation),
            r: 4.5,
            fill: colors.validation,
            stroke: background,
            strokeWidth: 1.5,
            className: 'best-epoch',
          },
        ),
        text(panels, {
          ...facets,
          frameAnchor: 'top-left',
          lineAnchor: 'bottom',
          dy: -6,
          fontWeight: 'bold',
          text: ({ trial, isBad }: Panel) => `trial ${trial.trial}${isBad ? ', a bad one' : ''}`,
        }),
        text(panels, {
          ...facets,
          ...halo,
          frameAnchor: 'top-right',
          dy: 4,
          text: ({ trial }: Panel) => trial.curveClass ?? '',
        }),
      ],
    },
  );
};

const facets = { fx: 'fx', fy: 'fy' } as const;

function curve(panel: Panel, name: 'validation' | 'train', scale: ValueScale): Markish {
  return line(evenly(panel.points, mostPoints), {
    ...facets,
    x: 'step',
    y: (point: Point) => (Number.isFinite(point[name]) ? scale.place(point[name]) : NaN),
    stroke: colors[name],
    strokeWidth: 1.75,
    ...(name === 'train' && { strokeDasharray: '5,3' }),
    className: name,
  });
}

function panelsOf({ curves, trials, typicalBad }: Report): readonly Panel[] {
  const byNumber = new Map(trials.map(trial => [trial.trial, trial]));
  const drawn = curves.filter(({ points }) => points.length > 1);
  const top = drawn.filter(({ trial }) => trial !== typicalBad).slice(0, mostTop);
  return [...top, ...drawn.filter(({ trial }) => trial === typicalBad)].map(({ trial: number, points }, place) => {
    const [fx, fy] = [place % columns, Math.floor(place / columns)];
    const own = points.map((point): Point => ({ fx, fy, step: point.step, ...lossesOf(point) }));
    const trial = byNumber.get(number)!;
    const best = own.find(({ step }) => step === trial.bestEpoch);
    return { trial, isBad: number === typicalBad, fx, fy, points: own, ...(best && { best }) };
  });
}

function lossesOf({ value, metrics = {} }: Measurement): { validation: number; train: number } {
  const { valLoss, trainLoss } = metrics;
  return valLoss === undefined || trainLoss === undefined
    ? { validation: value, train: NaN }
    : { validation: valLoss, train: trainLoss };
}

function sentences(panels: readonly Panel[]): readonly string[] {
  const top = panels.filter(({ isBad }) => !isBad);
  const classes = top.map(({ trial }) => trial.curveClass);
  const counts = [...new Set(classes)]
    .filter(name => name !== undefined)
    .map(name => `${classes.filter(other => other === name).length} ${name}`);
  const bad = panels.find(({ isBad }) => isBad);
  return [
    ...top.slice(0, 1).map(bestSentence),
    ...(counts.length > 0 ? [`Of the best ${top.length} trials: ${counts.join(', ')}.`] : []),
    ...(bad && Number.isFinite(bad.trial.value)
      ? [`Trial ${bad.trial.trial}, a typical bad one, came to ${formatNumber(bad.trial.value!)}.`]
      : []),
  ];
}

/** "Trial 37 was best in epoch 14 of 22: validation 0.0912, training 0.0671." */
function bestSentence({ trial, points, best }: Panel): string {
  if (!best) return `Trial ${trial.trial} trained ${points.length} epochs.`;
  const { validation, train } = best;
  const gap = validation === 0 ? '' : `, a gap of ${formatShare((validation - train) / Math.abs(validation))}`;
  const losses = Number.isFinite(train)
    ? `validation ${formatNumber(validation)}, training ${formatNumber(train)}${gap}`
    : formatNumber(validation);
  return `Trial ${trial.trial} was best in epoch ${best.step} of ${points.at(-1)!.step}: ${losses}.`;
}

function tableOf(panels: readonly Panel[]): ChartTable {
  return {
    columns: ['trial', 'class', 'epochs', 'best epoch', 'validation there', 'training there', 'validation at the end'],
    rows: panels.map(({ trial, points, best }) => [
      String(trial.trial),
      trial.curveClass ?? '',
      String(points.at(-1)!.step),
      ...(best ? [String(best.step), formatNumber(best.validation), formatNumber(best.train)] : ['', '', '']),
      formatNumber(points.at(-1)!.validation),
    ]),
  };
}
