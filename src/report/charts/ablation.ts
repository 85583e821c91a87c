/**
 * Which change pays: from the defaults to the best configuration, one parameter after the other.
 * Biedenkapp et al. 2017, "Efficient parameter importance analysis via ablation with surrogates",
 * https://doi.org/10.1609/aaai.v31i1.10657
 */
import { axisY, barX, dot, gridX, link, ruleY, text } from '@observablehq/plot';
import { lossOf } from '../../study/losses.ts';
import { formatNumber, printable } from '../../text.ts';
import { cut } from '../cut.ts';
import type { Importance, Prediction } from '../importance/importance.ts';
import { formatShare, formatValue } from '../values.ts';
import type { DrawChart } from './chart.ts';
import { background, best, series } from './colors.ts';
import { axisLabel, plotChart } from './plot.ts';

/** One line of the waterfall: what the metric is predicted to be once this parameter is as in the best configuration. */
interface Level extends Prediction {
  readonly row: number;
  /** In full, and as short as it has to be beside the bars. */
  readonly label: string;
  readonly short: string;
  /** The level above it; of the defaults their own. */
  readonly before: number;
  /** By how much it is better than that. */
  readonly gain: number;
}

const rowHeight = 28;

export const drawAblation: DrawChart = ({ importance, study }) => {
  const ablation = importance?.ablation;
  if (!ablation || ablation.steps.length === 0) return undefined;
  const { name, goal } = study.metric;
  const levels = levelsOf(ablation, loss => lossOf(loss, goal));
  if (!levels.every(({ value, deviation }) => Number.isFinite(value + deviation))) return undefined;
  const [start, ...steps] = levels as [Level, ...Level[]];
  const last = levels.at(-1)!;
  const most = steps.reduce((a, b) => (b.gain > a.gain ? b : a));
  const whole = lossOf(start.value, goal) - lossOf(last.value, goal);
  const share = whole > 0 ? `, ${formatShare(most.gain / whole)} of the whole gain` : '';
  const ends = levels.flatMap(({ value, deviation }) => [value - deviation, value + deviation]);
  const longest = Math.max(...levels.map(({ short }) => short.length));
  return plotChart(
    {
      id: 'ablation',
      title: 'Which change pays',
      finding:
        `Predicted ${name} goes from ${formatNumber(start.value)} with the defaults to ${formatNumber(last.value)}; ` +
        `${most.label} pays the most: ${formatNumber(Math.abs(most.gain))}${share}.`,
      table: {
        columns: ['change', `predicted ${name}`, 'deviation', 'difference'],
        rows: levels.map(({ label, value, deviation, before, row }) => [
          label,
          formatNumber(value),
          formatNumber(deviation),
          row === 0 ? '' : signed(value - before),
        ]),
      },
    },
    {
      height: 74 + rowHeight * levels.length,
      marginTop: 8,
      marginLeft: 20 + 6.6 * longest,
      marginRight: 24,
      x: { label: axisLabel(`predicted ${name}`), domain: [Math.min(...ends), Math.max(...ends)], inset: 40, ticks: 5 },
      y: { domain: levels.map(({ row }) => row), padding: 0.45, label: null },
      marks: [
        gridX({ ticks: 5 }),
        axisY({ tickFormat: (row: number) => levels[row]!.short, tickSize: 0, fontSize: 12 }),
        barX(steps, { y: 'row', x1: 'before', x2: 'value', fill: series[0]!, className: 'steps' }),
        link(levels.slice(0, -1), {
          x: 'value',
          y1: 'row',
          y2: ({ row }: Level) => row + 1,
          strokeOpacity: 0.5,
        }),
        ruleY(levels, {
          y: 'row',
          x1: ({ value, deviation }: Level) => value - deviation,
          x2: ({ value, deviation }: Level) => value + deviation,
          strokeWidth: 1.5,
          className: 'deviations',
        }),
        dot([start, last], {
          x: 'value',
          y: 'row',
          r: 5,
          fill: ({ row }: Level) => (row === 0 ? series[5]! : best),
          stroke: background,
          strokeWidth: 1.5,
        }),
        text(steps, {
          y: 'row',
          x: ({ value, before, deviation }: Level) => Math.max(before, value + deviation),
          text: ({ value, before }: Level) => signed(value - before),
          textAnchor: 'start',
          dx: 6,
        }),
      ],
    },
  );
};

function levelsOf(
  { start, steps }: NonNullable<Importance['ablation']>,
  loss: (value: number) => number,
): readonly Level[] {
  const levels: Level[] = [{ ...start, row: 0, label: 'defaults', short: 'defaults', before: start.value, gain: 0 }];
  for (const { parameter, from, to, value, deviation } of steps) {
    const before = levels.at(-1)!.value;
    const [label, short] = [Infinity, 10].map(length => {
      const [before, after] = [from, to].map(value => cut(printable(formatValue(value)), length));
      return `${cut(printable(parameter), length + 6)} ${before} → ${after}`;
    }) as [string, string];
    levels.push({ row: levels.length, label, short, value, deviation, before, gain: loss(before) - loss(value) });
  }
  return levels;
}

function signed(difference: number): string {
  return difference > 0 ? `+${formatNumber(difference)}` : formatNumber(difference).replace('-', '−');
}
