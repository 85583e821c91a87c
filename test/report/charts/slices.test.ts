import { describe, expect, it } from 'vitest';
import { drawSlices } from '../../../src/report/charts/slices.ts';
import { importanceFor, params, reportOf, reportOfTrials, smallSpace, smallTrials } from './spaces.ts';
import { parseSvg } from './svg.ts';

const chart = drawSlices(reportOfTrials(smallTrials, smallSpace))!;
const panels = [...parseSvg(chart.svg).querySelectorAll('svg')];

function dots(panel: number, kind: string): readonly (readonly number[])[] {
  const circles = [...panels[panel]!.querySelectorAll(`.${kind} circle`)];
  return circles.map(circle => ['cx', 'cy'].map(name => Number(circle.getAttribute(name))));
}

describe('slices', () => {
  it('has a panel for each parameter that varies, with the trials that use it', () => {
    expect(panels).toHaveLength(3);
    expect([0, 1, 2].map(panel => dots(panel, 'trials').length)).toEqual([3, 3, 2]);
    expect([0, 1, 2].map(panel => dots(panel, 'best').length)).toEqual([1, 1, 0]);
  });

  it('draws each trial at its value, on the search scale', () => {
    // Across from 60 to 294; 0.2 is in the middle between 22 and 180.
    expect(dots(0, 'trials').toSorted((a, b) => a[0]! - b[0]!)).toEqual([
      [60, Number((180 - (158 * 0.012) / 0.224).toFixed(1))],
      [177, 101],
      [294, Number((22 + (158 * 0.012) / 0.224).toFixed(1))],
    ]);
    expect(dots(0, 'best')[0]![0]).toBe(60);
    // Bands: false in the left half, true in the right one.
    expect(dots(1, 'best')[0]![0]).toBeLessThan(177);
    expect(dots(1, 'trials').filter(([x]) => x! > 177)).toHaveLength(2);
  });

  it('says where values are best, and counts the trials in each part', () => {
    expect(chart.finding).toBe('The median valLoss is best (0.1) with lr 0.0001 and worst (0.3) with 1.');
    expect(chart.table.rows).toEqual([
      ['lr', '0.0001', '1', '0.1', '0.1'],
      ['lr', '0.01', '1', '0.2', '0.2'],
      ['lr', '1', '1', '0.3', '0.3'],
      ['sgd', 'false', '1', '0.1', '0.1'],
      ['sgd', 'true', '2', '0.2', '0.25'],
      ['decay', '0.25', '1', '0.3', '0.3'],
      ['decay', '1', '1', '0.2', '0.2'],
      ['decay', '–', '1', '0.1', '0.1'],
    ]);
  });

  it('shows the four most important parameters', () => {
    const { svg, table } = drawSlices({ ...reportOf(60, params), importance: importanceFor(params) })!;
    expect(parseSvg(svg).querySelectorAll('svg')).toHaveLength(4);
    const names = new Set(table.rows.map(([name]) => name));
    expect([...names]).toEqual(['learningRate', 'optimizer', 'momentum', 'dropout']);
  });
});
