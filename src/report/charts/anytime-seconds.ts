/** What the run had found by when: the best value so far over its seconds. Trials of earlier runs are where it began. */
import { dot, line, ruleX, text } from '@observablehq/plot';
import { formatDuration, formatNumber } from '../../text.ts';
import type { Report } from '../report.ts';
import { formatShare } from '../values.ts';
import type { DrawChart } from './chart.ts';
import { best as bestColor } from './colors.ts';
import { axisLabel, halo, plotChart } from './plot.ts';
import { secondsSince, timeAxis } from './time-axis.ts';
import { improvements, valuedTrials } from './trials.ts';
import { valueScale } from './value-scale.ts';

const mostRows = 50;
/** A value this close to the best is as good, to most people. */
const near = 0.01;

interface Step {
  readonly trial: number;
  readonly value: number;
  readonly seconds: number;
}

export const drawAnytimeSeconds: DrawChart = report => {
  const { name, goal } = report.study.metric;
  const steps = improvements(finished(report), goal);
  const best = steps.at(-1);
  if (!best) return undefined;
  const span = Math.max(secondsSince(report.run.startedAt, report.run.finishedAt), best.seconds);
  const axis = timeAxis(span);
  const enough = steps.find(({ value }) => Math.abs(value - best.value) <= near * Math.abs(best.value))!;
  const scale = valueScale(
    steps.map(({ value }) => value),
    goal,
  );
  const points = [...steps, { ...best, seconds: span }];
  const x = ({ seconds }: Step): number => axis.place(seconds);
  const y = ({ value }: Step): number => scale.place(value);
  const isLate = enough.seconds > span / 2;
  const shown = steps.slice(-mostRows);
  return plotChart(
    {
      id: 'anytime-seconds',
      title: 'Best value by time',
      finding: [findingOf(enough, best, span), scale.note(steps.map(({ value }) => value))].filter(Boolean).join(' '),
      table: {
        ...(shown.length < steps.length && { caption: `The last ${mostRows} of ${steps.length} improvements.` }),
        columns: ['seconds', 'trial', 'best so far'],
        rows: shown.map(({ trial, value, seconds }) => [seconds.toFixed(1), String(trial), formatNumber(value)]),
      },
    },
    {
      height: 260,
      x: { label: axis.label, domain: [0, axis.place(span) || 1] },
      y: { label: axisLabel(name), ...scale.axis, grid: true },
      marks: [
        line(points, { x, y, curve: 'step-after', stroke: bestColor, strokeWidth: 2, className: 'best' }),
        dot(steps, {
          x,
          y,
          r: 3,
          fill: bestColor,
          className: 'improvements',
          title: ({ trial, value }: Step) => `trial ${trial}: ${formatNumber(value)}`,
        }),
        ruleX([enough], { x, stroke: 'currentColor', strokeOpacity: 0.6, strokeDasharray: '2,3', className: 'enough' }),
        text([enough], {
          x,
          frameAnchor: 'top',
          dx: isLate ? -6 : 6,
          textAnchor: isLate ? 'end' : 'start',
          text: ['within 1 % of the best'],
          ...halo,
        }),
      ],
    },
  );
};

/** Trials of the search by the time at which their values were known. */
function finished(report: Report): readonly Step[] {
  return valuedTrials(report)
    .flatMap(({ trial, value, finishedAt }): Step[] => {
      if (finishedAt === undefined) return [];
      return [{ trial, value, seconds: Math.max(0, secondsSince(report.run.startedAt, finishedAt)) }];
    })
    .toSorted((a, b) => a.seconds - b.seconds);
}

function findingOf(enough: Step, best: Step, span: number): string {
  const share = span > 0 ? ` of ${formatDuration(span)} (${formatShare(enough.seconds / span)})` : '';
  const came =
    best.seconds === enough.seconds
      ? ''
      : `; the best, trial ${best.trial}, came after ${formatDuration(best.seconds)}`;
  return `The run was within 1 % of its best value ${formatNumber(best.value)} after ${formatDuration(enough.seconds)}${share}${came}.`;
}
