/** Functions of which it is known what their variance comes from, on trees that know them at every place of a grid. */
import { describe, expect, test } from 'vitest';
import { fanovaOf } from '../../../src/report/importance/fanova.ts';
import { growForest, growTree, predict, type Table } from '../../../src/report/importance/random-forest.ts';
import { sweep } from '../../../src/report/importance/sweep.ts';
import { createRng } from '../../../src/study/rng.ts';

type Surface = (x: number, y: number) => number;

const side = 32;

/** The middles of the cells of a grid over the unit square. */
function tableOf(surface: Surface): Table {
  const middles = Array.from({ length: side }, (_, index) => (index + 0.5) / side);
  const points = middles.flatMap(x => middles.map(y => [x, y] as const));
  return {
    columns: [Float64Array.from(points, ([x]) => x), Float64Array.from(points, ([, y]) => y)],
    cells: [Infinity, Infinity],
    targets: Float64Array.from(points, ([x, y]) => surface(x, y)),
  };
}

const step: Surface = x => (x < 0.5 ? 0 : 1);
const xor: Surface = (x, y) => (x < 0.5 === y < 0.5 ? 0 : 1);
const bowl: Surface = (x, y) => x ** 2 + (5 * y) ** 2;

function exactTree(surface: Surface) {
  const table = tableOf(surface);
  return growTree(table, new Float64Array(table.targets.length).fill(1), createRng(3, 'tree'));
}

function analyse(trees: Parameters<typeof fanovaOf>[0]) {
  const { shares, pairs, interactions } = fanovaOf(trees, ['x', 'y'])!;
  const shareOf = (name: string): number => shares.find(({ parameter }) => parameter === name)!.share;
  return { x: shareOf('x'), y: shareOf('y'), pair: pairs[0]!.share, interactions };
}

describe('fANOVA is exact on trees that are', () => {
  test('a step: all of it is one parameter', () => {
    const { x, y, pair, interactions } = analyse([exactTree(step)]);
    expect(x).toBeCloseTo(1, 12);
    expect([y, pair, interactions].map(share => Number(share.toFixed(12)))).toEqual([0, 0, 0]);
  });

  test('XOR: none of it is one parameter, all of it the pair', () => {
    const { x, y, pair, interactions } = analyse([exactTree(xor)]);
    expect([x, y].map(share => Number(share.toFixed(12)))).toEqual([0, 0]);
    expect(pair).toBeCloseTo(1, 12);
    expect(interactions).toBeCloseTo(1, 12);
  });

  test('x^2 + (5 y)^2: y explains 5^4 times as much', () => {
    const { x, y, pair } = analyse([exactTree(bowl)]);
    expect(y / x).toBeCloseTo(625, 6);
    expect(x + y).toBeCloseTo(1, 12);
    expect(pair).toBeCloseTo(0, 12);
  });

  test('forests come near', () => {
    const { x, y, pair } = analyse(growForest(tableOf(bowl), 16, 1));
    expect(y / x).toBeGreaterThan(300);
    expect(y / x).toBeLessThan(1300);
    expect(pair).toBeLessThan(0.01);
    const crossed = analyse(growForest(tableOf(xor), 16, 1));
    expect(crossed.pair).toBeGreaterThan(0.95);
    expect(Math.max(crossed.x, crossed.y)).toBeLessThan(0.02);
  });

  test('a tree that never varies has no shares', () => {
    expect(fanovaOf([exactTree(() => 2)], ['x', 'y'])).toBeUndefined();
  });
});

describe('trees', () => {
  test('predict what they were grown on, whatever its size', () => {
    for (const offset of [0, 1e9]) {
      const table = tableOf((x, y) => offset + bowl(x, y) / 100);
      const tree = growTree(table, new Float64Array(side ** 2).fill(1), createRng(1, 'tree'));
      const predictions = table.targets.map((_, row) =>
        predict(
          tree,
          Float64Array.from(table.columns, column => column[row]!),
        ),
      );
      expect(predictions).toEqual(table.targets);
    }
  });

  test('split choices between cells, and never where a parameter is inactive', () => {
    const columns = [Float64Array.of(1 / 6, 1 / 6, 5 / 6, 5 / 6), Float64Array.of(NaN, NaN, 0.2, 0.8)];
    const table = { columns, cells: [3, Infinity], targets: Float64Array.of(0, 0, 1, 2) };
    const { axis, threshold } = growTree(table, new Float64Array(4).fill(1), createRng(1, 'tree'));
    // From 1/6 to 5/6 the middle is that of a cell: its border on the right.
    expect([axis[0], threshold[0]]).toEqual([0, 2 / 3]);
    expect(Array.from(axis)).toEqual([0, -1, 1, -1, -1]);
  });

  test('a sweep is the mean of single predictions', () => {
    const [tree] = growForest(
      tableOf((x, y) => Math.sin(7 * x) * y),
      1,
      5,
    );
    const points = [0.05, 0.4, 0.77].map(place => Float64Array.of(place, 1 - place));
    const coordinates = Float64Array.of(0, 0.13, 0.5, 0.71, 1);
    const along = sweep(tree!, points, { axis: 1, coordinates });
    const over = sweep(tree!, points, { axis: 1, coordinates }, { axis: 0, coordinates: coordinates.slice(0, 3) });
    coordinates.forEach((y, column) => {
      const means = points.map(([x]) => predict(tree!, Float64Array.of(x!, y)));
      expect(along[column]).toBeCloseTo(means.reduce((sum, value) => sum + value, 0) / 3, 12);
      for (const row of [0, 1, 2])
        expect(over[row * 5 + column]).toBeCloseTo(predict(tree!, Float64Array.of(coordinates[row]!, y)), 12);
    });
  });
});
