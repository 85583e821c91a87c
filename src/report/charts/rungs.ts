/** Whether early values tell what comes of a trial: how well the order at each rung agrees with the order at the end. */
import { dot, line, ruleY, text } from '@observablehq/plot';
import type { DrawChart } from './chart.ts';
import { background, series } from './colors.ts';
import { halo, plotChart } from './plot.ts';
import { evenly } from './sample.ts';

const mostRows = 50;
/** Below it, pruning by these values throws good trials away; above the other, the agreement is very strong. */
const [unsafe, strong] = [0.4, 0.7];

interface Rung {
  readonly step: number;
  readonly correlation: number;
  readonly trials: number;
}

export const drawRungs: DrawChart = ({ importance }) => {
  const rungs = (importance?.rungs ?? []).filter(({ correlation }) => Number.isFinite(correlation));
  if (rungs.length === 0) return undefined;
  const lowest = rungs.reduce((low, { correlation }) => Math.min(low, correlation), 0);
  const rows = evenly(rungs, mostRows);
  const [color] = series;
  const isWide = rungs.at(-1)!.step / rungs[0]!.step >= 8;
  return plotChart(
    {
      id: 'rungs',
      title: 'How well early values tell the end',
      finding: findingOf(rungs),
      table: {
        ...(rows.length < rungs.length && { caption: `${mostRows} of ${rungs.length} rungs.` }),
        columns: ['epoch', 'correlation with the end', 'trials'],
        rows: rows.map(({ step, correlation, trials }) => [String(step), correlation.toFixed(2), String(trials)]),
      },
    },
    {
      height: 240,
      x: {
        label: 'epoch',
        type: isWide ? 'log' : 'linear',
        inset: 14,
        ticks: rungs.length <= 12 ? rungs.map(({ step }) => step) : 8,
        tickFormat: 'd',
      },
      y: {
        label: "Spearman's correlation with the last value",
        domain: [lowest < 0 ? -1 : 0, 1],
        grid: true,
        ticks: 5,
      },
      marks: [
        ruleY([unsafe], { stroke: 'currentColor', strokeDasharray: '4,3', strokeOpacity: 0.7 }),
        text(['unsafe'], {
          y: [unsafe],
          frameAnchor: 'right',
          textAnchor: 'end',
          dy: 9,
          ...halo,
          text: ['unsafe to prune below 0.4'],
        }),
        line(rungs, { x: 'step', y: 'correlation', stroke: color!, strokeWidth: 2, className: 'correlation' }),
        dot(rungs, {
          x: 'step',
          y: 'correlation',
          r: 4.5,
          fill: color!,
          stroke: background,
          strokeWidth: 1.5,
          className: 'rungs',
          title: ({ correlation, trials }: Rung) => `${correlation.toFixed(2)}, ${trials} trials`,
        }),
      ],
    },
  );
};

function findingOf(rungs: readonly Rung[]): string {
  const safe = rungs.find(({ correlation }) => correlation >= unsafe);
  const [first] = rungs as [Rung, ...Rung[]];
  const start = `After epoch ${first.step} the order of ${first.trials} trials has a correlation of ${first.correlation.toFixed(2)} with the order at the end`;
  if (first.correlation >= strong) return `${start}: early values tell what comes of a trial.`;
  if (first.correlation >= unsafe) return `${start}: enough to prune by.`;
  return `${start}, too little to prune by; ${safe ? `it is ${safe.correlation.toFixed(2)} at epoch ${safe.step}` : 'no later rung is better'}.`;
}
