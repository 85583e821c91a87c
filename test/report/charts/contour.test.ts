import { describe, expect, it } from 'vitest';
import { drawContour } from '../../../src/report/charts/contour.ts';
import type { Importance } from '../../../src/report/importance/importance.ts';
import { complete, params, reportOfTrials } from './spaces.ts';
import { parseSvg } from './svg.ts';

const config = { optimizer: 'adam', dropout: 0.3, units: 64, batchSize: 32 };

const report = reportOfTrials(
  [
    complete(0, 0.5, { ...config, learningRate: 1e-3 }),
    complete(1, 0.2, { ...config, learningRate: 1e-5, dropout: 0.6 }),
    complete(2, 0.4, { ...config, learningRate: 0.1, dropout: 0 }),
  ],
  params.slice(0, 6),
);

const pair: NonNullable<Importance['pair']> = {
  x: { parameter: 'learningRate', at: [1e-5, 1e-3, 0.1] },
  y: { parameter: 'dropout', at: [0, 0.6] },
  values: [
    [0.9, 0.5, 0.7],
    [0.1, 0.3, 0.8],
  ],
};

const fanova = {
  shares: [],
  pairs: [{ parameters: ['dropout', 'learningRate'] as const, share: 0.125 }],
  interactions: 0.2,
};

describe('the heat map of a pair', () => {
  it('has a cell for each value, halfway to its neighbours, in a colour by how good it is', () => {
    const svg = parseSvg(drawContour({ ...report, importance: { pair } })!.svg);
    const cells = [...svg.querySelectorAll('.cells rect')];
    expect(cells).toHaveLength(6);
    // The frame is 524 x 316 from (96, 40) on: columns are a quarter, a half and a quarter of it. Cells overlap by 0.3.
    const boxes = cells.map(cell => ['x', 'y', 'width', 'height'].map(name => Number(cell.getAttribute(name))));
    expect(boxes).toContainEqual([95.7, 39.7, 131.6, 158.6]);
    expect(boxes).toContainEqual([226.7, 197.7, 262.6, 158.6]);
    const groups = [...svg.querySelectorAll('.cells')].filter(group => group.querySelector('rect'));
    // The best one is at the left above, the worst one at the left below.
    const [best, worst] = [groups[0]!, groups.at(-1)!];
    expect([best, worst].map(group => group.getAttribute('fill'))).toEqual(['var(--rank-1)', 'var(--rank-9)']);
    expect([best, worst].map(group => group.querySelector('rect')!.getAttribute('y'))).toEqual(['39.7', '197.7']);
  });

  it('marks the trials, the best one among them', () => {
    const svg = parseSvg(drawContour({ ...report, importance: { pair } })!.svg);
    const [trials, best] = ['trials', 'best'].map(kind =>
      [...svg.querySelectorAll(`.${kind} circle`)].map(dot => ['cx', 'cy'].map(name => Number(dot.getAttribute(name)))),
    );
    expect(trials!.toSorted((a, b) => a[0]! - b[0]!)).toEqual([
      [96, 40],
      [358, 198],
      [620, 356],
    ]);
    expect(best).toEqual([[96, 40]]);
  });

  it('says where the best and the worst are, and has the numbers', () => {
    const { finding, table } = drawContour({ ...report, importance: { pair, fanova } })!;
    expect(finding).toBe(
      'The predicted valLoss is best (0.1) at learningRate 0.00001 and dropout 0.6 and worst (0.9) at learningRate ' +
        '0.00001 and dropout 0; what only both together explain is 12.5 % of all.',
    );
    expect(table.columns).toEqual(['dropout / learningRate', '0.00001', '0.001', '0.1']);
    expect(table.rows).toEqual([
      ['0', '0.9', '0.5', '0.7'],
      ['0.6', '0.1', '0.3', '0.8'],
    ]);
  });

  it('leaves out cells that are no numbers, and has nothing to draw without a pair', () => {
    const holes = {
      ...pair,
      values: [
        [NaN, 0.5, 0.7],
        [Infinity, 0.3, 0.8],
      ],
    };
    const svg = parseSvg(drawContour({ ...report, importance: { pair: holes } })!.svg);
    expect(svg.querySelectorAll('.cells rect')).toHaveLength(4);
    expect(drawContour({ ...report, importance: {} })).toBeUndefined();
    expect(
      drawContour({ ...report, importance: { pair: { ...pair, x: { parameter: 'gone', at: [] } } } }),
    ).toBeUndefined();
  });
});
