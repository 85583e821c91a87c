/** Two metrics against each other, and the trials that no other one beats in one without being worse in another. */
import { dot, line, text } from '@observablehq/plot';
import type { Metric } from '../../space/space-file.ts';
import { lossOf } from '../../study/losses.ts';
import { formatNumber } from '../../text.ts';
import { frontTrials } from '../front.ts';
import type { ReportedTrial } from '../report.ts';
import type { DrawChart } from './chart.ts';
import { background, best as bestColor, series } from './colors.ts';
import { axisLabel, halo, plotChart } from './plot.ts';
import { evenly, sampleTrials } from './sample.ts';
import { searchTrials } from './trials.ts';
import { valueScale } from './value-scale.ts';

const mostRows = 50;

type Measured = ReportedTrial & { readonly values: readonly number[] };

export const drawFront: DrawChart = report => {
  const { metrics = [] } = report.study;
  const [first, second] = metrics;
  const trials = searchTrials(report).filter(isMeasured);
  if (!first || !second) return undefined;
  const front = frontTrials(report)
    .filter(isMeasured)
    .toSorted((a, b) => lossOf(a.values[0]!, first.goal) - lossOf(b.values[0]!, first.goal));
  if (front.length === 0) return undefined;
  const scaleOf = ({ goal }: Metric, place: number) =>
    valueScale(
      trials.map(({ values }) => values[place]!),
      goal,
    );
  const [xs, ys] = [scaleOf(first, 0), scaleOf(second, 1)];
  const members = new Set(front.map(({ trial }) => trial));
  const { shown, note } = sampleTrials(
    trials.filter(({ trial }) => !members.has(trial)),
    ({ values }) => lossOf(values[0]!, first.goal),
  );
  const place = {
    x: ({ values }: Measured) => xs.place(values[0]!),
    y: ({ values }: Measured) => ys.place(values[1]!),
    title: ({ trial, values }: Measured) => `trial ${trial}: ${values.map(formatNumber).join(', ')}`,
  };
  const names = [axisLabel(first.name), axisLabel(second.name)] as const;
  const rows = evenly(front, mostRows);
  const edges = [xs, ys].map((scale, place) => {
    const said = scale.note(trials.map(({ values }) => values[place]!));
    return said && `${names[place]}: ${said}`;
  });
  return plotChart(
    {
      id: 'front',
      title: `Pareto front of ${names[0]} and ${names[1]}`,
      finding: [findingOf(front, trials.length, metrics), ...edges, note].filter(Boolean).join(' '),
      table: {
        ...(rows.length < front.length && { caption: `${mostRows} of the ${front.length} trials of the front.` }),
        columns: ['trial', ...metrics.map(({ name }) => name)],
        rows: rows.map(({ trial, values }) => [String(trial), ...values.map(formatNumber)]),
      },
    },
    {
      height: 340,
      x: { label: names[0], ...xs.axis, grid: true },
      y: { label: names[1], ...ys.axis, grid: true },
      marks: [
        dot(shown, { ...place, r: 3, fill: series[5]!, fillOpacity: 0.8, className: 'others' }),
        // Of three metrics and more, two do not tell who beats whom.
        ...(metrics.length === 2
          ? [
              line(front, {
                ...place,
                title: null,
                curve: 'step-after',
                stroke: bestColor,
                strokeWidth: 2,
                className: 'front-line',
              }),
            ]
          : []),
        dot(front, { ...place, r: 4.5, symbol: 'diamond', fill: bestColor, stroke: background, className: 'front' }),
        text([`better ${corner(first, second)}`], {
          frameAnchor: `${second.goal === 'minimize' ? 'bottom' : 'top'}-${first.goal === 'minimize' ? 'left' : 'right'}`,
          ...halo,
          text: [`better ${corner(first, second)}`],
          dx: first.goal === 'minimize' ? 6 : -6,
          dy: second.goal === 'minimize' ? -6 : 6,
        }),
      ],
    },
  );
};

function isMeasured(trial: ReportedTrial): trial is Measured {
  const { state, values = [] } = trial;
  return state === 'complete' && values.length > 1 && values.every(Number.isFinite);
}

function corner(first: Metric, second: Metric): string {
  if (first.goal === 'minimize') return second.goal === 'minimize' ? '↙' : '↖';
  return second.goal === 'minimize' ? '↘' : '↗';
}

/** "7 of 60 trials are on the front, from trial 4 (loss 0.1, size 900) to trial 31 (loss 0.4, size 20)." */
function findingOf(front: readonly Measured[], trials: number, metrics: readonly Metric[]): string {
  const describe = ({ trial, values }: Measured): string =>
    `trial ${trial} (${values.map((value, place) => `${axisLabel(metrics[place]!.name)} ${formatNumber(value)}`).join(', ')})`;
  const ends =
    front.length > 1 ? `, from ${describe(front[0]!)} to ${describe(front.at(-1)!)}` : `: ${describe(front[0]!)}`;
  return `${front.length} of ${trials} complete trials ${front.length === 1 ? 'is' : 'are'} on the front${ends}.`;
}
