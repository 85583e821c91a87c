/** Against Optuna 5.0.0 (see test/golden/make-pareto.py) and against definitions. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bestPoints,
  chooseByHypervolume,
  dominates,
  hypervolume,
  nonDominatedRanks,
  paretoFront,
  referenceOf,
} from '../../src/study/pareto.ts';
import golden from '../golden/pareto.json' with { type: 'json' };

const value = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.double({ min: 0, max: 4, noNaN: true }));
const points = fc
  .integer({ min: 1, max: 4 })
  .chain(size => fc.array(fc.array(value, { minLength: size, maxLength: size }), { minLength: 1, maxLength: 25 }));

describe('as in Optuna', () => {
  test.each(golden.map((entry, index) => [`${index}: ${entry.points[0]!.length} objectives`, entry] as const))(
    'case %s',
    (_, { points: given, reference, hypervolume: volume, ranks, good }) => {
      expect(nonDominatedRanks(given)).toEqual(ranks);
      expect(hypervolume(given, reference) / volume).toBeCloseTo(1, 10);
      for (const { count, trials } of good) expect(bestPoints(given, count)).toEqual(trials);
    },
  );
});

describe('dominance', () => {
  test('of points', () => {
    expect(dominates([1, 2], [1, 3])).toBe(true);
    expect(dominates([1, 2], [1, 2])).toBe(false);
    expect(dominates([0, 3], [1, 2])).toBe(false);
  });

  test('the front holds what nothing dominates, and something on it dominates all else', () => {
    fc.assert(
      fc.property(points, given => {
        const front = paretoFront(given);
        given.forEach((point, index) => {
          const better = given.filter(other => dominates(other, point));
          expect(front.includes(index)).toBe(better.length === 0);
          expect(front.some(other => dominates(given[other]!, point))).toBe(better.length > 0);
        });
      }),
    );
  });

  test('each rank is the front of what the better ranks leave', () => {
    fc.assert(
      fc.property(points, given => {
        const ranks = nonDominatedRanks(given);
        for (let rank = 0; rank <= Math.max(...ranks); rank++) {
          const left = given.flatMap((_, index) => (ranks[index]! >= rank ? [index] : []));
          const front = paretoFront(left.map(index => given[index]!)).map(place => left[place]!);
          expect(front).toEqual(left.filter(index => ranks[index] === rank));
        }
      }),
    );
  });
});

describe('hypervolume', () => {
  test('of boxes that can be counted', () => {
    expect(hypervolume([], [1, 1])).toBe(0);
    expect(hypervolume([[3], [1]], [4])).toBe(3);
    expect(
      hypervolume(
        [
          [1, 2],
          [2, 1],
          [2, 2],
        ],
        [3, 3],
      ),
    ).toBe(3);
    expect(
      hypervolume(
        [
          [0, 0, 1],
          [0, 1, 0],
          [1, 0, 0],
        ],
        [2, 2, 2],
      ),
    ).toBe(7);
    // Whole numbers below 5: as many cells as some point dominates.
    const reference = [5, 5, 5, 5];
    const given = [
      [3, 0, 2, 1],
      [1, 4, 0, 2],
      [0, 3, 3, 3],
      [3, 0, 2, 1],
      [4, 4, 4, 0],
      [5, 0, 0, 0],
    ];
    const cells = Array.from({ length: 5 ** 4 }, (_, cell) =>
      [0, 1, 2, 3].map(axis => Math.floor(cell / 5 ** axis) % 5),
    );
    const dominated = cells.filter(cell => given.some(point => point.every((low, axis) => low <= cell[axis]!)));
    expect(hypervolume(given, reference)).toBe(dominated.length);
  });

  test('grows with every point that is not dominated, and with no other one', () => {
    fc.assert(
      fc.property(points, given => {
        const others = given.slice(1);
        const reference = given[0]!.map(() => 4.5);
        const [before, after] = [hypervolume(others, reference), hypervolume(given, reference)];
        const isNew = others.every(other => other.some((loss, objective) => loss > given[0]![objective]!));
        expect(after).toBeGreaterThanOrEqual(before - 1e-9);
        expect(after - before <= 1e-9 || isNew).toBe(true);
        expect(hypervolume(given.toReversed(), reference)).toBeCloseTo(after, 8);
      }),
    );
  });
});

describe('the choice of points', () => {
  test('takes each point that adds most to those before', () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 25 }), (given, count) => {
        const reference = referenceOf(given);
        const chosen = chooseByHypervolume(given, count, reference);
        expect(new Set(chosen).size).toBe(Math.min(count, given.length));
        const volumeWith = (indices: readonly number[]): number =>
          hypervolume(
            indices.map(index => given[index]!),
            reference,
          );
        chosen.forEach((index, place) => {
          const before = chosen.slice(0, place);
          const most = Math.max(...given.map((_, other) => volumeWith([...before, other])));
          expect(volumeWith([...before, index])).toBeCloseTo(most, 6);
        });
      }),
    );
  });

  test('is by value where there is one objective', () => {
    expect(bestPoints([[3], [1], [2], [1], [5]], 3)).toEqual([1, 2, 3]);
    expect(bestPoints([[3], [1]], 5)).toEqual([0, 1]);
    expect(bestPoints([], 5)).toEqual([]);
  });

  test('has a reference that is worse than the worst, below zero too', () => {
    expect(
      referenceOf([
        [1, -2, 0],
        [3, -4, 0],
      ]),
    ).toEqual([3 * 1.1, -2 * 0.9, 1e-12]);
  });

  test('outlives volumes too large for a number', () => {
    expect(
      chooseByHypervolume(
        [
          [1e300, 0],
          [0, 1e300],
          [1e299, 1e299],
        ],
        2,
        [Infinity, Infinity],
      ).length,
    ).toBe(2);
  });
});
