import { describe, expect, it } from 'vitest';
import { drawPartialDependence } from '../../../src/report/charts/partial-dependence.ts';
import type { Importance } from '../../../src/report/importance/importance.ts';
import { complete, params, reportOfTrials } from './spaces.ts';
import { parseSvg } from './svg.ts';

const config = { dropout: 0.3, units: 64, batchSize: 32 };

const report = reportOfTrials(
  [
    complete(0, 0.5, { ...config, optimizer: 'adam', learningRate: 1e-3 }),
    complete(1, 0.2, { ...config, optimizer: 'rmsprop', learningRate: 0.1 }),
  ],
  params.slice(0, 6),
);

const partial: NonNullable<Importance['partial']> = [
  {
    parameter: 'learningRate',
    points: [
      { at: 1e-5, value: 0.5, deviation: 0.1 },
      { at: 1e-3, value: 0.2, deviation: 0 },
      { at: 0.1, value: 0.3, deviation: 0.1 },
    ],
  },
  {
    parameter: 'optimizer',
    points: [
      { at: 'adam', value: 0.4, deviation: 0.05 },
      { at: 'sgd', value: NaN, deviation: 0.05 },
      { at: 'rmsprop', value: 0.3, deviation: 0.05 },
    ],
  },
  {
    parameter: 'dropout',
    points: [
      { at: 0.3, value: 0.4, deviation: 0 },
      { at: 0.6, value: 0.4, deviation: 0 },
    ],
  },
];

const chart = drawPartialDependence({ ...report, importance: { partial } })!;
const panels = [...parseSvg(chart.svg).querySelectorAll('svg')];

describe('partial dependence', () => {
  it('has a panel for each parameter that varies', () => {
    expect(panels).toHaveLength(2);
    expect(panels.map(panel => panel.textContent.includes('optimizer'))).toEqual([false, true]);
  });

  it('draws the mean and one deviation to both sides, all on one scale', () => {
    // Across from 60 to 294 on the log scale; down from 0.6 to 0.2, and 6 % more on both sides, from 22 to 180.
    expect(panels[0]!.querySelector('.mean path')!.getAttribute('d')).toBe('M60,65.7L177,171.5L294,136.3');
    expect(panels[0]!.querySelector('.band path')!.getAttribute('d')).toBe(
      'M60,30.5L177,171.5L294,101L294,171.5L177,171.5L60,101Z',
    );
  });

  it('draws values without order as dots, and those of the best trial as a line', () => {
    const dots = [...panels[1]!.querySelectorAll('.mean circle')].map(dot => Number(dot.getAttribute('cx')));
    expect(dots).toEqual([99, 255]);
    const lines = panels.map(panel => panel.querySelector('.best line')!.getAttribute('x1'));
    expect(lines).toEqual(['294', '255']);
  });

  it('says what moves the prediction the most, and has the numbers', () => {
    expect(chart.finding).toBe(
      'learningRate moves the predicted valLoss the most, by 0.3 on average: from 0.5 at 0.00001 to 0.2 at 0.001. ' +
        'The dashed lines are the values of the best trial.',
    );
    expect(chart.table.rows[0]).toEqual(['learningRate', '0.00001', '0.5', '0.1']);
    expect(chart.table.rows).toHaveLength(5);
  });
});
