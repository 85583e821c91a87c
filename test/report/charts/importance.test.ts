import { describe, expect, it } from 'vitest';
import { drawImportance } from '../../../src/report/charts/importance.ts';
import type { Importance } from '../../../src/report/importance/importance.ts';
import { reportOf } from './spaces.ts';
import { parseSvg } from './svg.ts';

const importance: Importance = {
  ped: [
    { parameter: 'learningRate', share: 0.8 },
    { parameter: 'dropout', share: 0.2 },
  ],
  fanova: {
    shares: [
      { parameter: 'dropout', share: 0.4, deviation: 0.1 },
      { parameter: 'learningRate', share: 0.3, deviation: 0.05 },
    ],
    pairs: [],
    interactions: 0.3,
  },
  local: [
    { parameter: 'learningRate', share: 0.996 },
    { parameter: 'dropout', share: 0.004 },
  ],
};

function drawn(given: Importance) {
  const chart = drawImportance({ ...reportOf(30), importance: given })!;
  return { chart, svg: parseSvg(chart.svg) };
}

describe('the chart of importance', () => {
  it('has a bar as long as its share for each parameter and method', () => {
    const { svg } = drawn(importance);
    const widths = [...svg.querySelectorAll('.shares rect')].map(bar => Number(bar.getAttribute('width')));
    expect(widths).toHaveLength(6);
    const shares = [0.8, 0.2, 0.3, 0.4, 0.996, 0.004].toSorted((a, b) => a - b);
    const scaled = widths.toSorted((a, b) => a - b).map(width => (width / Math.max(...widths)) * 0.996);
    for (const [index, share] of shares.entries()) expect(scaled[index]!).toBeCloseTo(share, 2);
    expect(svg.querySelectorAll('.deviations line')).toHaveLength(2);
    const texts = [...svg.querySelectorAll('text')].map(({ textContent }) => textContent);
    for (const text of ['PED-ANOVA', 'moves it anywhere', '80 %', '40 %', '<1 %', 'learningRate'])
      expect(texts).toContain(text);
  });

  it('says what matters the most for what, and has the numbers', () => {
    const { chart } = drawn(importance);
    expect(chart.finding).toBe(
      'learningRate matters the most for what separates the best tenth of the trials from the rest (80.0 %) and ' +
        'for valLoss around the best configuration (99.6 %), dropout for valLoss anywhere in the space (40.0 %).',
    );
    expect(chart.table).toEqual({
      columns: ['parameter', 'PED-ANOVA', 'fANOVA', 'local'],
      rows: [
        ['learningRate', '80.0 %', '30.0 % ± 5.0 %', '99.6 %'],
        ['dropout', '20.0 %', '40.0 % ± 10.0 %', '0.4 %'],
        ['interactions', '', '30.0 %', ''],
      ],
    });
  });

  it('leaves out methods that say nothing and shares that are no numbers', () => {
    const ped = [...importance.ped!, { parameter: 'units', share: NaN }, { parameter: 'no such', share: 0.1 }];
    const { svg, chart } = drawn({ ped });
    expect(svg.querySelectorAll('.shares rect')).toHaveLength(2);
    expect(chart.table.columns).toEqual(['parameter', 'PED-ANOVA']);
    expect(drawImportance({ ...reportOf(30), importance: { missing: 'not enough trials' } })).toBeUndefined();
    const { importance: _, ...without } = reportOf(30);
    expect(drawImportance(without)).toBeUndefined();
  });
});
