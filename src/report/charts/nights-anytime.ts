/** The best value so far by trial in each of the last nights: small multiples on one scale. */
import { line, ruleY, text } from '@observablehq/plot';
import type { Direction } from '../../study/ports.ts';
import { formatNumber } from '../../text.ts';
import type { DrawChart } from './chart.ts';
import { after, before, best } from './colors.ts';
import { nightsOf } from './named-nights.ts';
import { legend, plotChart } from './plot.ts';
import { evenly } from './sample.ts';
import { isBetter } from './trials.ts';
import { valueScale } from './value-scale.ts';

const columns = 5;
const mostPoints = 60;

export const drawNightsAnytime: DrawChart = report => {
  const { goal } = report.study.metric;
  const panels = nightsOf(report)
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
};

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
