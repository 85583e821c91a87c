import { describe, expect, it } from 'vitest';
import { drawAblation } from '../../../src/report/charts/ablation.ts';
import type { Importance } from '../../../src/report/importance/importance.ts';
import { reportOf } from './spaces.ts';
import { parseSvg } from './svg.ts';

type Ablation = NonNullable<Importance['ablation']>;

const ablation: Ablation = {
  start: { value: 0.5, deviation: 0.05 },
  steps: [
    { parameter: 'lr', from: 0.1, to: 0.01, value: 0.3, deviation: 0.04 },
    { parameter: 'optimizer', from: 'sgd', to: 'adam', value: 0.2, deviation: 0.02 },
    { parameter: 'momentum', from: 0.9, value: 0.15, deviation: 0.02 },
  ],
};

function draw(given: Ablation) {
  return drawAblation({ ...reportOf(30), importance: { ablation: given } });
}

describe('the chart of the ablation', () => {
  it('has a bar as long as its gain for each step, from where the one before ended', () => {
    const svg = parseSvg(draw(ablation)!.svg);
    const bars = [...svg.querySelectorAll('.steps rect')].map(bar => ({
      x: Number(bar.getAttribute('x')),
      width: Number(bar.getAttribute('width')),
    }));
    expect(bars).toHaveLength(3);
    const [first, second, third] = bars as [(typeof bars)[0], (typeof bars)[0], (typeof bars)[0]];
    expect(first.width / third.width).toBeCloseTo(4, 1);
    expect(second.width / third.width).toBeCloseTo(2, 1);
    expect(second.x + second.width).toBeCloseTo(first.x, 0);
    expect(third.x + third.width).toBeCloseTo(second.x, 0);
    expect(svg.querySelectorAll('.deviations line')).toHaveLength(4);
  });

  it('says which change pays the most, and has the numbers', () => {
    const { finding, table } = draw(ablation)!;
    expect(finding).toBe(
      'Predicted valLoss goes from 0.5 with the defaults to 0.15; lr 0.1 → 0.01 pays the most: 0.2, 57.1 % of the whole gain.',
    );
    expect(table.rows).toEqual([
      ['defaults', '0.5', '0.05', ''],
      ['lr 0.1 → 0.01', '0.3', '0.04', '−0.2'],
      ['optimizer sgd → adam', '0.2', '0.02', '−0.1'],
      ['momentum 0.9 → –', '0.15', '0.02', '−0.05'],
    ]);
  });

  it('has nothing to draw without a step, or of what is no number', () => {
    expect(draw({ ...ablation, steps: [] })).toBeUndefined();
    expect(draw({ ...ablation, start: { value: NaN, deviation: 0 } })).toBeUndefined();
    expect(drawAblation({ ...reportOf(30), importance: {} })).toBeUndefined();
  });

  it('copes with a path that leads nowhere', () => {
    const flat = { value: 0.5, deviation: 0 };
    const { svg, finding } = draw({ start: flat, steps: [{ parameter: 'lr', from: 1, to: 2, ...flat }] })!;
    parseSvg(svg);
    expect(svg).not.toMatch(/NaN|Infinity/);
    expect(finding).not.toMatch(/NaN|Infinity/);
  });
});
