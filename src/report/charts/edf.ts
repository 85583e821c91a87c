/**
 * How the values of the trials are spread: the empirical distribution function, the share of the complete trials that are
 * as good as a value or better. The further it stays on the good side, the better the search; beside it the values to beat.
 */
import { line, ruleX, text, type Markish } from '@observablehq/plot';
import { quantile } from '../../stats/quantile.ts';
import { lossOf } from '../../study/losses.ts';
import { formatNumber } from '../../text.ts';
import type { Report } from '../report.ts';
import { formatShare } from '../values.ts';
import type { DrawChart } from './chart.ts';
import { after, before } from './colors.ts';
import { axisLabel, halo, plotChart } from './plot.ts';
import { evenly } from './sample.ts';
import { isBetter, valuedTrials } from './trials.ts';
import { valueScale, type ValueScale } from './value-scale.ts';

const mostPoints = 200;
const shares = [0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 1];

/** A value that trials should beat. */
interface Mark {
  readonly name: string;
  readonly value: number;
  readonly color: string;
}

export const drawEdf: DrawChart = report => {
  const { name, goal } = report.study.metric;
  const values = valuedTrials(report)
    .map(({ value }) => value)
    .toSorted((a, b) => lossOf(a, goal) - lossOf(b, goal));
  if (values.length < 2) return undefined;
  const marks = marksOf(report);
  const scale = valueScale(values, goal);
  // Steps begin where values are: a share holds from its value on.
  const steps = values.map((value, index) => ({ value, share: (index + 1) / values.length }));
  const edge = scale.axis.domain[goal === 'minimize' ? 0 : 1];
  const points = [{ value: edge, share: 0 }, { value: values[0]!, share: 0 }, ...evenly(steps, mostPoints)];
  const at = (share: number): number =>
    goal === 'minimize'
      ? quantile(values, share)
      : -quantile(
          values.map(value => -value),
          share,
        );
  const sentences = [
    `Half of the ${values.length} complete trials reached ${formatNumber(at(0.5))}, the best tenth ${formatNumber(at(0.1))}`,
    ...marks.map(({ name, value }) => {
      const better = values.filter(other => isBetter(other, value, goal)).length;
      return `${formatShare(better / values.length)} beat ${name} (${formatNumber(value)})`;
    }),
  ];
  return plotChart(
    {
      id: 'edf',
      title: 'Distribution of the values',
      finding: [`${sentences.join('; ')}.`, scale.note(values)].filter(Boolean).join(' '),
      table: {
        caption: 'Shares of the complete trials, from the best on.',
        columns: ['share', 'value or better'],
        rows: shares.map(share => [formatShare(share), formatNumber(at(share))]),
      },
    },
    {
      height: 260,
      x: { label: axisLabel(name), ...scale.axis },
      y: { label: 'share of trials, %', domain: [0, 100], percent: true, grid: true, ticks: 5 },
      marks: [
        ...marks.map(({ value, color }) =>
          ruleX([scale.place(value)], { stroke: color, strokeDasharray: '4,3', strokeWidth: 1.5, className: 'mark' }),
        ),
        ...marks.map(({ name, value }, index) => markLabel(name, value, scale, index)),
        line(points, {
          x: ({ value }) => scale.place(value),
          y: 'share',
          curve: 'step-after',
          stroke: after,
          strokeWidth: 2,
          className: 'edf',
        }),
      ],
    },
  );
};

function marksOf({ baseline, comparison }: Report): readonly Mark[] {
  const previous = comparison?.previous.best;
  const marks = [
    { name: 'the defaults', value: baseline?.state === 'complete' ? baseline.value : undefined, color: 'currentColor' },
    { name: "last night's best", value: previous?.value, color: before },
  ];
  return marks.filter((mark): mark is Mark => mark.value !== undefined && Number.isFinite(mark.value));
}

/** Beside its line, on the side with more room; the second one a line lower. */
function markLabel(name: string, value: number, { axis, place }: ValueScale, index: number): Markish {
  const { type, domain } = axis;
  const warp = type === 'log' ? Math.log : Number;
  const [low, high] = domain.map(warp) as [number, number];
  const isRight = warp(place(value)) > (low + high) / 2;
  return text([place(value)], {
    x: (at: number) => at,
    frameAnchor: 'bottom',
    dx: isRight ? -6 : 6,
    dy: -8 - 16 * index,
    textAnchor: isRight ? 'end' : 'start',
    text: [name],
    ...halo,
  });
}
