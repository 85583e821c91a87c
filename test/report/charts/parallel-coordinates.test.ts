import { describe, expect, it } from 'vitest';
import { drawParallelCoordinates } from '../../../src/report/charts/parallel-coordinates.ts';
import { complete, importanceFor, params, reportOf, reportOfTrials, smallSpace, smallTrials } from './spaces.ts';
import { parseSvg, type Drawn } from './svg.ts';

const trials = [
  ...smallTrials,
  { ...complete(3, 0.05, { lr: 0.5, sgd: false, fixed: 0.5 }), state: 'pruned' as const },
];

const chart = drawParallelCoordinates(reportOfTrials(trials, smallSpace))!;
const svg = parseSvg(chart.svg);

function linesOf(drawn: Drawn): readonly Drawn[] {
  return [...drawn.querySelectorAll('[data-trial]')];
}

/** By trial: x and y of its points. */
function points(trial: number): readonly (readonly [number, number])[] {
  const line = linesOf(svg).find(each => each.getAttribute('data-trial') === String(trial))!;
  const numbers = line.getAttribute('d')!.slice(1).split(' ').map(Number);
  return numbers.flatMap((x, index) => (index % 2 === 0 ? [[x, numbers[index + 1]!] as const] : []));
}

describe('parallel coordinates', () => {
  it('has a line for each complete trial and an axis for each parameter that varies', () => {
    expect(linesOf(svg).map(line => line.getAttribute('data-trial'))).toEqual(['0', '1', '2']);
    const names = [...svg.querySelectorAll('.axis > text')].map(({ textContent }) => textContent);
    expect(names).toEqual(['lr', 'sgd', 'decay', 'valLoss']);
    expect(chart.table.columns).toEqual(['trial', 'lr', 'sgd', 'decay', 'valLoss']);
    expect(chart.table.rows[0]).toEqual(['2', '0.0001', 'false', '–', '0.1']);
  });

  it('crosses each axis where the value lies on its scale', () => {
    // The axes go from y = 294 up to y = 34, 150 pixels apart.
    expect(points(0)[0]).toEqual([72, 34]);
    expect(points(1)[0]).toEqual([72, 164]);
    expect(points(2)[0]).toEqual([72, 294]);
    expect(points(0)[2]).toEqual([372, 294 - 65]);
    // The axis of the values reaches 6 % beyond 0.1 and 0.3.
    expect(points(1)[3]).toEqual([522, 164]);
    expect(points(2)[3]![1]).toBe(Math.round(294 - (260 * 0.012) / 0.224));
    // Bands: false below, true above.
    expect(points(2)[1]![1]).toBeGreaterThan(164);
    expect(points(1)[1]![1]).toBeLessThan(164);
  });

  it('has a place below the axis for trials that do not use the parameter', () => {
    expect(points(2)[2]![1]).toBeGreaterThanOrEqual(294 + 20);
    expect(points(2)[2]![1]).toBeLessThanOrEqual(294 + 40);
    expect([...svg.querySelectorAll('.axis')].map(axis => axis.textContent.includes('unused'))).toEqual([
      false,
      false,
      true,
      false,
    ]);
  });

  it('draws better trials over worse ones, and the best one last', () => {
    const drawn = linesOf(parseSvg(drawParallelCoordinates(reportOf(60))!.svg));
    const { trials } = reportOf(60);
    const values = drawn.map(line => trials[Number(line.getAttribute('data-trial'))]!.value!);
    expect(values).toEqual(values.toSorted((a, b) => b - a));
    const best = [...svg.querySelectorAll('.best path')].map(line => line.getAttribute('d'));
    expect(best).toEqual([best[1], `M${points(2).flat().join(' ')}`]);
    expect(chart.finding).toBe('Of 3 trials, the best is trial 2 with valLoss 0.1.');
  });

  it('says what the best trials have in common', () => {
    expect(drawParallelCoordinates(reportOf(200))!.finding).toMatch(
      /^The best 18 of 178 trials have learningRate from 0\.000\d+ to 0\.0\d+(?: and .*)?; the best is trial \d+ with valLoss 0\.1\d+\./,
    );
  });

  it('takes at most 30 KB for 200 trials', () => {
    const report = reportOf(225, params);
    const { svg } = drawParallelCoordinates(report)!;
    expect(linesOf(parseSvg(svg))).toHaveLength(200);
    expect(svg.length).toBeLessThan(30_000);
  });

  it('shows the ten most important parameters, and says so', () => {
    const report = { ...reportOf(60, params), importance: { ped: importanceFor(params).ped!.toReversed() } };
    const { svg, finding } = drawParallelCoordinates(report)!;
    expect(parseSvg(svg).querySelectorAll('.axis')).toHaveLength(11);
    expect(finding).toContain('The 10 most important of 12 parameters have an axis.');
    const last = importanceFor(params)
      .ped!.slice(-2)
      .map(({ parameter }) => parameter);
    const names = [...parseSvg(svg).querySelectorAll('.axis > text')].map(({ textContent }) => textContent);
    for (const name of last) expect(names).not.toContain(name);
  });

  it('draws a sample of more than 2,000 trials, and says so', () => {
    const { svg, finding } = drawParallelCoordinates(reportOf(2600))!;
    expect(linesOf(parseSvg(svg))).toHaveLength(2000);
    expect(finding).toContain('the best 500 of 2,311 trials');
  });
});
