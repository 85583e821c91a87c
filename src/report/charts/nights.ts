/** The last two weeks: what each night's best came to, over its seeds. */
import { dot, line, ruleX, text } from '@observablehq/plot';
import { studentInterval } from '../../stats/intervals.ts';
import type { Direction } from '../../study/ports.ts';
import { formatNumber } from '../../text.ts';
import type { Outcome } from '../compare/comparison.ts';
import { formatShare } from '../values.ts';
import type { DrawChart } from './chart.ts';
import { after, background, best, stateColors } from './colors.ts';
import { nightsOf } from './named-nights.ts';
import { axisLabel, halo, plotChart } from './plot.ts';
import { isBetter } from './trials.ts';
import { valueAxis } from './value-scale.ts';

const mostLabels = 8;

export const drawNights: DrawChart = report => {
  const { name, goal } = report.study.metric;
  const valued = nightsOf(report).flatMap(({ label, night }) => {
    const { value, values = [], outcome } = night;
    const known = values.filter(Number.isFinite);
    if (value === undefined || !Number.isFinite(value)) return [];
    const { low, high } = known.length > 1 ? studentInterval(known) : { low: value, high: value };
    return [{ label, value, low, high, outcome, seeds: known.length }];
  });
  if (valued.length < 2) return undefined;
  const axis = valueAxis(valued.flatMap(({ low, high }) => [low, high]));
  const labels = valued.map(({ label }) => label);
  const judged = valued.filter(({ outcome }) => outcome === 'regressed' || outcome === 'improved');
  const hasIntervals = valued.some(({ seeds }) => seeds > 1);
  return plotChart(
    {
      id: 'nights',
      title: `The last ${valued.length} nights`,
      finding:
        trendOf(valued, axisLabel(name), goal) +
        (hasIntervals ? ' Bars are 95 % intervals of the mean over seeds.' : ''),
      table: {
        columns: ['night', 'value', 'low', 'high', 'seeds', 'outcome'],
        rows: valued.map(({ label, value, low, high, seeds, outcome }) => [
          label,
          ...[value, low, high].map(formatNumber),
          String(seeds),
          outcome ?? '',
        ]),
      },
    },
    {
      height: 280,
      marginBottom: 48,
      x: {
        type: 'point',
        domain: labels,
        label: 'night',
        labelOffset: 40,
        padding: 0.6,
        // As many as have room, tonight among them.
        ticks: labels.filter((_, index) => labels.length <= mostLabels || (labels.length - 1 - index) % 2 === 0),
      },
      y: { label: axisLabel(name), ...axis, grid: true },
      marks: [
        ruleX(
          valued.filter(({ seeds }) => seeds > 1),
          {
            x: 'label',
            y1: 'low',
            y2: 'high',
            stroke: after,
            strokeOpacity: 0.35,
            strokeWidth: 6,
            className: 'intervals',
          },
        ),
        line(valued, { x: 'label', y: 'value', stroke: after, strokeWidth: 1.75, className: 'trend' }),
        dot(
          valued.filter(night => !judged.includes(night)),
          { x: 'label', y: 'value', r: 4, fill: after, stroke: background, className: 'nights' },
        ),
        ...judged.map(night =>
          dot([night], {
            x: 'label',
            y: 'value',
            r: 6,
            ...signs[night.outcome as 'regressed' | 'improved'],
            stroke: background,
            className: night.outcome,
          }),
        ),
        text(judged, { x: 'label', y: 'value', dy: -16, ...halo, text: 'outcome' }),
      ],
    },
  );
};

const signs = {
  regressed: { symbol: 'triangle', fill: stateColors.failed },
  improved: { symbol: 'star', fill: best },
} as const;

function trendOf(
  nights: readonly { readonly label: string; readonly value: number; readonly outcome: Outcome | undefined }[],
  name: string,
  goal: Direction,
): string {
  const [first, last] = [nights[0]!, nights.at(-1)!];
  const share =
    first.value === 0
      ? formatNumber(Math.abs(last.value - first.value))
      : formatShare(Math.abs((last.value - first.value) / first.value));
  const change =
    last.value === first.value
      ? 'the same as'
      : `${share} ${isBetter(last.value, first.value, goal) ? 'better' : 'worse'} than`;
  const regressed = nights.filter(({ outcome }) => outcome === 'regressed').map(({ label }) => label);
  return [
    `${name} is ${formatNumber(last.value)} tonight, ${change} ${formatNumber(first.value)} on ${first.label}.`,
    ...(regressed.length > 0 ? [`Regressed: ${regressed.join(', ')}.`] : []),
  ].join(' ');
}
