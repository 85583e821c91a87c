/** The last two weeks: what each night's best came to, and how fast each came to it. */
import { dot, line, ruleX, ruleY, text } from '@observablehq/plot';
import { studentInterval } from '../../stats/intervals.ts';
import type { Direction } from '../../study/ports.ts';
import { formatNumber } from '../../text.ts';
import type { Outcome } from '../compare/comparison.ts';
import type { Night, Report } from '../report.ts';
import { formatShare } from '../values.ts';
import type { Chart, DrawCharts } from './chart.ts';
import { after, background, best, before, stateColors } from './colors.ts';
import { axisLabel, halo, legend, plotChart } from './plot.ts';
import { evenly } from './sample.ts';
import { isBetter } from './trials.ts';
import { valueAxis, valueScale } from './value-scale.ts';

const mostNights = 14;
const columns = 5;
const mostPoints = 60;
const mostLabels = 8;

interface Point {
  /** "03-04", with the time where a day has several; "tonight". */
  readonly label: string;
  readonly night: Night;
}

export const drawNights: DrawCharts = report => {
  const points = pointsOf(report);
  return [drawTrend(report, points), drawAnytime(report, points)].filter(chart => chart !== undefined);
};

function drawTrend({ study }: Report, points: readonly Point[]): Chart | undefined {
  const { name, goal } = study.metric;
  const valued = points.flatMap(({ label, night }) => {
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
}

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

/** Small multiples on one scale: the best value so far by trial. */
function drawAnytime({ study }: Report, points: readonly Point[]): Chart | undefined {
  const { goal } = study.metric;
  const panels = points
    .map(({ label, night }) => ({ label, history: night.history.filter(Number.isFinite) }))
    .filter(({ history }) => history.length > 1)
    .map((panel, index) => ({ ...panel, fx: index % columns, fy: Math.floor(index / columns) }));
  if (panels.length < 2) return undefined;
  const scale = valueScale(
    panels.flatMap(({ history }) => history),
    goal,
  );
  const tonight = panels.at(-1)!;
  const goalValue = tonight.history.at(-1)!;
  const rows = 1 + tonight.fy;
  const ends = panels.map(({ history }) => history.at(-1)!);
  return plotChart(
    {
      id: 'nights-anytime',
      title: 'Best value by trial, night by night',
      finding: [anytimeFinding(panels, goal), scale.note(panels.flatMap(({ history }) => history))]
        .filter(Boolean)
        .join(' '),
      table: {
        columns: ['night', 'complete trials', 'best value', "trials to tonight's best"],
        rows: panels.map(({ label, history }, index) => [
          label,
          String(history.length),
          formatNumber(ends[index]!),
          trialsTo(history, goalValue, goal)?.toString() ?? 'not reached',
        ]),
      },
    },
    {
      height: 76 + 96 * rows,
      marginTop: 40,
      fx: { axis: null, padding: 0.12, domain: [...Array(columns).keys()] },
      fy: { axis: null, padding: 0.35, domain: [...Array(rows).keys()] },
      x: { label: 'complete trials', tickSpacing: 60 },
      y: { label: null, ...scale.axis, grid: true, tickSpacing: 28 },
      marks: [
        ruleY(panels, {
          ...facets,
          y: scale.place(goalValue),
          stroke: best,
          strokeDasharray: '3,3',
          className: 'goal',
        }),
        ...panels.map(panel =>
          line(stepsOf(panel), {
            ...facets,
            x: 'trial',
            y: ({ value }: Step) => scale.place(value),
            curve: 'step-after',
            stroke: panel === tonight ? after : before,
            strokeWidth: panel === tonight ? 2.5 : 1.75,
            className: 'history',
          }),
        ),
        text(panels, {
          ...facets,
          frameAnchor: 'top-left',
          lineAnchor: 'bottom',
          dy: -5,
          fontWeight: 'bold',
          text: 'label',
        }),
        ...legend([{ sign: '╍╍', label: "tonight's best", color: best }], -34),
      ],
    },
  );
}

const facets = { fx: 'fx', fy: 'fy' } as const;

interface Panel {
  readonly label: string;
  readonly history: readonly number[];
  readonly fx: number;
  readonly fy: number;
}

interface Step {
  readonly fx: number;
  readonly fy: number;
  readonly trial: number;
  readonly value: number;
}

/** Where it changed, and the end. */
function stepsOf({ history, fx, fy }: Panel): readonly Step[] {
  const steps = history.map((value, index) => ({ fx, fy, trial: index + 1, value }));
  const changes = steps.filter(({ value }, index) => index === steps.length - 1 || value !== history[index - 1]);
  return evenly(changes, mostPoints);
}

/** How many trials it took to get as far as this value. */
function trialsTo(history: readonly number[], value: number, goal: Direction): number | undefined {
  const index = history.findIndex(best => !isBetter(value, best, goal));
  return index < 0 ? undefined : index + 1;
}

function anytimeFinding(panels: readonly Panel[], goal: Direction): string {
  const { history } = panels.at(-1)!;
  const value = history.at(-1)!;
  const earlier = panels.slice(0, -1);
  const reached = earlier.filter(panel => trialsTo(panel.history, value, goal) !== undefined).length;
  return `Tonight came to ${formatNumber(value)} in ${trialsTo(history, value, goal)} of ${history.length} complete trials; ${reached === 0 ? 'none' : reached} of ${earlier.length} earlier nights got as far.`;
}

function tonightOf({ run, best, comparison, confirmed, history }: Report): Night {
  const verdict = comparison?.verdict;
  const fresh = verdict?.after.length ? verdict.after : confirmed?.find(({ trial }) => trial === best?.trial)?.values;
  const values = fresh ?? [];
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const value = values.length > 0 ? mean : best?.value;
  return {
    startedAt: run.startedAt,
    ...(value !== undefined && { value }),
    ...(values.length > 0 && { values }),
    ...(verdict && { outcome: verdict.outcome }),
    history: history.map(({ best }) => best),
  };
}

/** Tonight is the last. */
function pointsOf(report: Report): readonly Point[] {
  const nights = [...(report.nights ?? []).slice(-mostNights), tonightOf(report)];
  const days = nights.map(({ startedAt }) => startedAt.slice(5, 10));
  return nights.map((night, index) => {
    const day = days[index]!;
    const isAlone = days.indexOf(day) === days.lastIndexOf(day);
    if (index === nights.length - 1) return { night, label: 'tonight' };
    return { night, label: isAlone ? day : `${day} ${night.startedAt.slice(11, 16)}` };
  });
}
