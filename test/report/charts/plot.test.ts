import { dot, line, text } from '@observablehq/plot';
import { describe, expect, it } from 'vitest';
import { plotChart } from '../../../src/report/charts/plot.ts';
import { parseSvg } from './svg.ts';

const hostile = `"><script>alert(1)</script>]]>&amp;'\u0007\u202e<img src=x onerror=alert(1)>`;

function draw(): string {
  const table = { columns: [], rows: [] };
  return plotChart(
    { id: 'test', title: hostile, finding: hostile, table },
    {
      x: { label: hostile },
      y: { label: hostile, type: 'point', domain: ['a', hostile] },
      marks: [
        line([1, 2.123_456, 3.777_777], { x: [1 / 3, 2 / 3, 1], y: ['a', hostile, 'a'], stroke: 'var(--series-1)' }),
        dot([1, 2], {
          x: [1 / 3, 1],
          y: ['a', hostile],
          fill: 'var(--complete)',
          className: 'dots',
          title: () => hostile,
        }),
        text([1], { x: [1], y: ['a'], text: [hostile] }),
      ],
    },
  ).svg;
}

describe('the frame of charts', () => {
  it('shows text of the user as it is, without effect', () => {
    const svg = parseSvg(draw());
    expect(svg.querySelectorAll('script, img, style')).toHaveLength(0);
    expect(
      [...svg.querySelectorAll('*')]
        .flatMap(({ attributes }) => [...attributes])
        .filter(({ name }) => /^on|^style$/.test(name)),
    ).toEqual([]);
    const shown = String.raw`"><script>alert(1)</script>]]>&amp;'\x07\u202e<img src=x onerror=alert(1)>`;
    expect(svg.querySelector('title')!.textContent).toBe(shown);
    expect(svg.querySelector('desc')!.textContent).toBe(shown);
    expect(svg.querySelectorAll('.dots title')[1]!.textContent).toBe(shown);
  });

  it('is an image with a name and a description', () => {
    const svg = parseSvg(draw());
    expect(svg.getAttribute('role')).toBe('img');
    const ids = svg.getAttribute('aria-labelledby')!.split(' ');
    expect(ids).toEqual(['chart-test-title', 'chart-test-desc']);
    expect(ids.map(id => svg.querySelector(`#${id}`)!.localName)).toEqual(['title', 'desc']);
  });

  it('draws the same text every time, in tenths of a pixel', () => {
    const first = draw();
    expect(draw()).toBe(first);
    expect(first).not.toMatch(/="[^"]*\d\.\d\d[^"m]*"/);
    expect(first).toContain('stroke="var(--series-1)"');
    expect(first).toContain('fill="var(--complete)"');
  });
});
