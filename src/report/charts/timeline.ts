/** What the slots did when: a bar for each trial of the run, in the row of its slot (Gantt 1910). */
import { barX, type Markish } from '@observablehq/plot';
import type { TrialState } from '../../study/trial.ts';
import { formatDuration } from '../../text.ts';
import type { Report, ReportedTrial } from '../report.ts';
import { formatShare } from '../values.ts';
import type { ChartTable, DrawChart } from './chart.ts';
import { background, stateColors } from './colors.ts';
import { legend, plotChart } from './plot.ts';
import { sampleTrials } from './sample.ts';
import { secondsSince, timeAxis } from './time-axis.ts';

const mostRows = 50;
const rowHeight = 24;

interface Bar {
  readonly trial: ReportedTrial;
  /** Counts from 1. */
  readonly slot: number;
  /** Seconds since the run began. */
  readonly start: number;
  readonly end: number;
}

export const drawTimeline: DrawChart = report => {
  const bars = barsOf(report);
  if (bars.length === 0) return undefined;
  const { startedAt, finishedAt } = report.run;
  const span = bars.reduce((last, { end }) => Math.max(last, end), secondsSince(startedAt, finishedAt));
  const slots = bars.reduce((most, { slot }) => Math.max(most, slot), report.run.slots);
  const axis = timeAxis(span);
  const { shown, note } = sampleTrials(bars, ({ start, end }) => start - end);
  const states = kinds.filter(({ state }) => bars.some(({ trial }) => trial.state === state));
  return plotChart(
    {
      id: 'timeline',
      title: 'Timeline of the slots',
      finding: [findingOf(bars, slots, span), note && note.replace('best', 'longest')].filter(Boolean).join(' '),
      table: tableOf(bars),
    },
    {
      height: 84 + rowHeight * slots,
      marginTop: 36,
      x: { label: axis.label, domain: [0, axis.place(span) || 1], grid: true },
      y: {
        label: 'slot',
        type: 'band',
        domain: Array.from({ length: slots }, (_, index) => index + 1),
        padding: 0.15,
        tickSize: 0,
      },
      marks: [
        ...legend(
          states.map(({ sign, state }) => ({ sign, label: state, color: stateColors[state] })),
          -22,
        ),
        ...states.map(({ state }) =>
          barsIn(
            state,
            shown.filter(({ trial }) => trial.state === state),
            axis.place,
          ),
        ),
      ],
    },
  );
};

/** Filled, hollow, or half as high. */
const kinds = [
  { state: 'complete', sign: '■' },
  { state: 'pruned', sign: '□' },
  { state: 'failed', sign: '▄' },
] as const;

function barsIn(state: TrialState, bars: readonly Bar[], place: (seconds: number) => number): Markish {
  const isHollow = state === 'pruned';
  return barX(bars, {
    x1: ({ start }: Bar) => place(start),
    x2: ({ end }: Bar) => place(end),
    y: 'slot',
    fill: isHollow ? background : stateColors[state],
    stroke: isHollow ? stateColors[state] : background,
    strokeWidth: isHollow ? 1 : 0.5,
    ...(state === 'failed' && { insetTop: rowHeight * 0.4 }),
    ...(isHollow && { insetLeft: 0.5, insetRight: 0.5 }),
    className: state,
    title: ({ trial, start, end }: Bar) => `trial ${trial.trial}: ${state}, ${formatDuration(end - start)}`,
  });
}

/** Trials that this run ended. Their threads are no slots: each host has a first one. So each gets a row that is free. */
function barsOf({ trials, run }: Report): readonly Bar[] {
  const timed = trials.flatMap((trial): Omit<Bar, 'slot'>[] => {
    const { startedAt, finishedAt, seconds = Infinity } = trial;
    if (startedAt === undefined || finishedAt === undefined) return [];
    const end = secondsSince(run.startedAt, finishedAt);
    const begun = Math.max(0, secondsSince(run.startedAt, startedAt));
    // One that was paused has waited for most of that time.
    const start = end - begun > 2 * seconds + 1 ? end - seconds : begun;
    return end >= start ? [{ trial, start, end }] : [];
  });
  const rows: Omit<Bar, 'slot'>[] = [];
  return timed
    .toSorted((a, b) => a.start - b.start || a.trial.trial - b.trial.trial)
    .map(bar => {
      const slot = freeRow(rows, bar, run.slots);
      rows[slot] = bar;
      return { ...bar, slot: slot + 1 };
    });
}

/** That of its thread, of its worker, if it is free; else the first free one; else, where all are taken, the one that is free first. */
function freeRow(rows: readonly Omit<Bar, 'slot'>[], { start, trial }: Omit<Bar, 'slot'>, slots: number): number {
  const isOwn = ({ thread, worker }: ReportedTrial): boolean => thread === trial.thread && worker === trial.worker;
  const own = rows.findIndex(row => row.end <= start && isOwn(row.trial));
  if (own >= 0) return own;
  const free = rows.findIndex(({ end }) => end <= start);
  // Threads keep to their rows, so a new one comes before one of another thread.
  if (rows.length < slots) return rows.length;
  if (free >= 0) return free;
  return rows.reduce((first, { end }, row) => (end < rows[first]!.end ? row : first), 0);
}

function findingOf(bars: readonly Bar[], slots: number, span: number): string {
  const secondsOf = (some: readonly Bar[]): number => some.reduce((sum, { start, end }) => sum + end - start, 0);
  const all = secondsOf(bars);
  const lost = secondsOf(bars.filter(({ trial }) => trial.state !== 'complete'));
  const busy = span > 0 ? Math.min(1, all / (slots * span)) : 0;
  const kept = slots === 1 ? 'The slot was' : `The ${slots} slots were`;
  return `${kept} busy ${formatShare(busy)} of ${formatDuration(span)}; ${formatShare(all > 0 ? lost / all : 0)} of the time of trials went into pruned and failed ones.`;
}

function tableOf(bars: readonly Bar[]): ChartTable {
  const rows = bars.toSorted((a, b) => b.end - b.start - (a.end - a.start)).slice(0, mostRows);
  return {
    ...(bars.length > mostRows && { caption: `The longest ${mostRows} of ${bars.length} trials.` }),
    columns: ['trial', 'state', 'slot', 'start, seconds', 'end, seconds'],
    rows: rows.map(({ trial, slot, start, end }) => [
      String(trial.trial),
      trial.state,
      String(slot),
      start.toFixed(1),
      end.toFixed(1),
    ]),
  };
}
