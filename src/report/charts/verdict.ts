/** The fresh trainings that the verdict rests on, value by value: last night's best, the same again, and tonight's best. */
import { dot, rectX, text, tickX } from '@observablehq/plot';
import { formatNumber } from '../../text.ts';
import type { Verdict } from '../compare/comparison.ts';
import type { DrawChart } from './chart.ts';
import { after, again, background, before } from './colors.ts';
import { axisLabel, plotChart } from './plot.ts';
import { meanOf } from '../../stats/mean.ts';

const mostRows = 50;
const rowHeight = 44;

/** One row of values. */
interface Strip {
  readonly name: string;
  readonly color: string;
  readonly symbol: 'circle' | 'square' | 'diamond';
  readonly values: readonly number[];
}

export const drawVerdict: DrawChart = ({ study, comparison }) => {
  if (!comparison) return undefined;
  const { verdict, parts } = comparison;
  const strips = stripsOf(verdict, parts?.again ?? []);
  if (strips.length === 0) return undefined;
  const name = axisLabel(study.metric.name);
  const rows = strips.flatMap(strip => strip.values.map(value => ({ ...strip, value })));
  const means = strips.map(strip => ({ ...strip, mean: meanOf(strip.values) }));
  const was = means.find(({ name }) => name === names.before)?.mean;
  return plotChart(
    {
      id: 'verdict',
      title: 'Fresh trainings of both nights',
      finding: verdict.sentence,
      table: {
        ...(rows.length > mostRows && { caption: `The first ${mostRows} of ${rows.length} trainings.` }),
        columns: ['configuration', name],
        rows: rows.slice(0, mostRows).map(({ name, value }) => [name, formatNumber(value)]),
      },
    },
    {
      height: 76 + rowHeight * strips.length,
      marginTop: 26,
      marginLeft: 124,
      marginRight: 80,
      x: { label: name, grid: true, inset: 12, ticks: 6 },
      y: { label: null, type: 'band', domain: strips.map(({ name }) => name), tickSize: 0, padding: 0.2 },
      marks: [
        // Where a shift would not matter.
        ...(was === undefined || verdict.noise === 0
          ? []
          : [
              rectX([was], {
                x1: was - verdict.noise,
                x2: was + verdict.noise,
                fill: before,
                fillOpacity: 0.15,
                className: 'noise',
              }),
              text([was], {
                x: [was],
                frameAnchor: 'top',
                dy: -14,
                text: [`noise ±${Number(verdict.noise.toPrecision(2))}`],
              }),
            ]),
        ...strips.map(({ name, values, color, symbol }) =>
          dot(values, {
            x: (value: number) => value,
            y: () => name,
            symbol,
            r: 4,
            fill: color,
            fillOpacity: 0.7,
            stroke: background,
            strokeWidth: 0.75,
            className: symbol,
            title: formatNumber,
          }),
        ),
        tickX(means, { x: 'mean', y: 'name', stroke: 'currentColor', strokeWidth: 2.5, className: 'means' }),
        text(means, {
          y: 'name',
          frameAnchor: 'right',
          dx: 10,
          textAnchor: 'start',
          text: ({ mean }: { mean: number }) => formatNumber(mean),
          fontWeight: 'bold',
        }),
        text(['mean'], { frameAnchor: 'top-right', dx: 10, dy: -14, textAnchor: 'start', text: ['mean'] }),
      ],
    },
  );
};

const names = { before: 'last night', again: 'the same tonight', after: "tonight's best" } as const;

function stripsOf({ before: last, after: now }: Verdict, same: readonly number[]): readonly Strip[] {
  const strips = [
    { name: names.before, color: before, symbol: 'circle', values: last },
    { name: names.again, color: again, symbol: 'square', values: same },
    { name: names.after, color: after, symbol: 'diamond', values: now },
  ] as const;
  return strips
    .map(strip => ({ ...strip, values: strip.values.filter(Number.isFinite) }))
    .filter(({ values }) => values.length > 0);
}
