/** The value of every trial, and the best one so far. */
import { dot, line, text, type Markish } from '@observablehq/plot';
import { lossOf } from '../../study/losses.ts';
import type { Direction } from '../../study/ports.ts';
import { formatNumber } from '../../text.ts';
import type { ReportedTrial } from '../report.ts';
import { formatShare } from '../values.ts';
import type { ChartTable, DrawChart } from './chart.ts';
import { background, best as bestColor, stateColors } from './colors.ts';
import { axisLabel, halo, plotChart } from './plot.ts';
import { sampleTrials } from './sample.ts';
import { stateSymbols } from './symbols.ts';
import { bestOf, improvements, searchTrials, valuedTrials, type ValuedTrial } from './trials.ts';
import { valueScale, type ValueScale } from './value-scale.ts';

const late = 20;
const mostRows = 50;
const rowHeight = 16;

export const drawHistory: DrawChart = report => {
  const { metric } = report.study;
  const trials = searchTrials(report);
  const valued = valuedTrials(report);
  const best = bestOf(valued, metric.goal);
  if (!best) return undefined;
  const last = trials.reduce((last, { trial }) => Math.max(last, trial), 1);
  const scale = valueScale(
    valued.map(({ value }) => value),
    metric.goal,
  );
  const drawn = sampleTrials(valued, ({ value }) => lossOf(value, metric.goal));
  const steps = [...improvements(valued, metric.goal), { trial: last, value: best.value }];
  const edges = (['pruned', 'failed'] as const)
    .map(state => ({
      state,
      trials: sampleTrials(
        trials.filter(trial => trial.state === state),
        ({ trial }) => trial,
      ).shown,
    }))
    .filter(({ trials }) => trials.length > 0);
  const inset = edges.length * rowHeight + (edges.length > 0 ? 10 : 0);
  const sentences = [
    `Trial ${best.trial} is the best with ${formatNumber(best.value)}${lateGain(valued, last, metric.goal)}.`,
    scale.note(valued.map(({ value }) => value)),
    drawn.note,
  ];
  return plotChart(
    {
      id: 'history',
      title: 'Value of every trial',
      finding: sentences.filter(Boolean).join(' '),
      table: tableOf(valued, metric.goal),
    },
    {
      height: 320,
      x: { label: 'trial', domain: [0, last], inset: 8 },
      y: { label: axisLabel(metric.name), ...scale.axis, insetBottom: inset, grid: true },
      marks: [
        ...edges.flatMap(({ state, trials }, index) => edgeRow(state, trials, inset, index)),
        values(
          drawn.shown.filter(({ value }) => !scale.isBeyond(value)),
          scale,
          'circle',
          'complete',
        ),
        values(
          drawn.shown.filter(({ value }) => scale.isBeyond(value)),
          scale,
          'triangle',
          'beyond',
        ),
        line(steps, {
          x: 'trial',
          y: 'value',
          curve: 'step-after',
          stroke: bestColor,
          strokeWidth: 2,
          className: 'best',
        }),
        dot([best], {
          x: 'trial',
          y: 'value',
          r: 5,
          fill: bestColor,
          stroke: background,
          strokeWidth: 1.5,
          className: 'winner',
        }),
        text([steps.at(-1)!], {
          x: 'trial',
          y: 'value',
          text: [`best so far: ${formatNumber(best.value)}`],
          textAnchor: 'end',
          dy: metric.goal === 'minimize' ? 12 : -12,
          ...halo,
          fill: bestColor,
        }),
      ],
    },
  );
};

function values(
  trials: readonly ValuedTrial[],
  scale: ValueScale,
  symbol: 'circle' | 'triangle',
  className: string,
): Markish {
  return dot(trials, {
    x: 'trial',
    y: ({ value }: ValuedTrial) => scale.place(value),
    r: 3,
    symbol,
    fill: stateColors.complete,
    fillOpacity: 0.85,
    className,
    title: ({ trial, value }: ValuedTrial) => `trial ${trial}: ${formatNumber(value)}`,
  });
}

/** Trials without a value, in a row of their own under the values. */
function edgeRow(
  state: 'pruned' | 'failed',
  trials: readonly ReportedTrial[],
  inset: number,
  index: number,
): Markish[] {
  const dy = index * rowHeight + 14 - inset;
  const place = { frameAnchor: 'bottom', dy } as const;
  return [
    text([state], { frameAnchor: 'bottom-left', lineAnchor: 'middle', dx: -9, dy, textAnchor: 'end', text: [state] }),
    dot(trials, {
      ...place,
      x: 'trial',
      r: 3,
      symbol: stateSymbols[state],
      stroke: stateColors[state],
      strokeWidth: 1.5,
      className: state,
      title: ({ trial }: ReportedTrial) => `trial ${trial}: ${state}`,
    }),
  ];
}

/** ", 1.2 % better than 20 trials before the end" */
function lateGain(valued: readonly ValuedTrial[], last: number, goal: Direction): string {
  const earlier = bestOf(
    valued.filter(({ trial }) => trial <= last - late),
    goal,
  );
  const best = bestOf(valued, goal)!;
  if (!earlier) return '';
  if (earlier.trial === best.trial) return `; the last ${late} trials did not improve it`;
  const gain = Math.abs(earlier.value - best.value);
  const amount = earlier.value === 0 ? formatNumber(gain) : formatShare(gain / Math.abs(earlier.value));
  return `; the last ${late} trials improved it by ${amount}`;
}

function tableOf(valued: readonly ValuedTrial[], goal: Direction): ChartTable {
  const rows = valued.toSorted((a, b) => lossOf(a.value, goal) - lossOf(b.value, goal)).slice(0, mostRows);
  const improved = new Set(improvements(valued, goal));
  return {
    ...(valued.length > mostRows && { caption: `The best ${mostRows} of ${valued.length} complete trials.` }),
    columns: ['trial', 'value', 'best so far'],
    rows: rows.map(trial => [String(trial.trial), formatNumber(trial.value), improved.has(trial) ? 'yes' : '']),
  };
}
