/** Distributions by the package `cmaes`, and the script that made them: test/golden/make-cmaes.py. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { keepMargin, type ShareAt } from '../../src/samplers/cmaes-margin.ts';
import { beginAt, distanceOf, pointAt, strategyOf, update, usualPopulation } from '../../src/samplers/cmaes-update.ts';
import { createRng } from '../../src/study/rng.ts';

interface After {
  readonly mean: readonly number[];
  readonly sigma: number;
  readonly covariance: readonly number[];
  readonly sigmaPath: readonly number[];
  readonly covariancePath: readonly number[];
  readonly stretch?: readonly number[];
}

interface Generation {
  readonly points: readonly (readonly number[])[];
  readonly values?: readonly (readonly number[])[];
  readonly after: After;
}

interface Case {
  readonly dimensions?: number;
  readonly counts?: readonly number[];
  readonly population: number;
  readonly generations: readonly Generation[];
}

const golden = JSON.parse(readFileSync(new URL('../golden/cmaes.json', import.meta.url), 'utf8')) as {
  readonly plain: readonly Case[];
  readonly margin: readonly Case[];
};

/** Largest difference, relative to the largest number. */
function deviation(ours: ArrayLike<number>, theirs: readonly number[]): number {
  const scale = Math.max(...theirs.map(Math.abs), 1e-300);
  return Math.max(...theirs.map((value, index) => Math.abs(ours[index]! - value) / scale));
}

type Numbers = number | ArrayLike<number>;

function worst(ours: Readonly<Record<keyof After, Numbers>>, after: After): number {
  const list = (numbers: Numbers): number[] => (typeof numbers === 'number' ? [numbers] : Array.from(numbers));
  const keys = Object.keys(after) as (keyof After)[];
  return Math.max(...keys.map(key => deviation(list(ours[key]), list(after[key]!))));
}

const toPoints = ({ points }: Generation) => points.map(point => Float64Array.from(point));

test.each(golden.plain)(
  '$dimensions dimensions, $population samples: the same samples give the same distribution',
  ({ dimensions, population, generations }) => {
    const strategy = strategyOf(dimensions!, population);
    let now = beginAt(new Float64Array(dimensions!).fill(0.5), 1 / 6);
    for (const generation of generations) {
      now = update(now, strategy, toPoints(generation));
      expect(worst({ ...now, stretch: [] }, generation.after)).toBeLessThan(1e-10);
    }
  },
);

describe.each(golden.margin)('with margin, axes of $counts values', ({ counts, population, generations }) => {
  const shares = counts!.map((count): ShareAt => {
    if (count === 0) return () => undefined;
    return at => {
      const index = Math.min(count - 1, Math.floor(at * count));
      return [index / count, (index + 1) / count];
    };
  });

  test('the same samples give the same distribution and the same values', () => {
    const strategy = strategyOf(counts!.length, population);
    let now = beginAt(new Float64Array(counts!.length).fill(0.45), 1 / 6);
    let stretch = new Float64Array(counts!.length).fill(1);
    for (const generation of generations) {
      generation.points.forEach((point, sample) => {
        counts!.forEach((count, axis) => {
          if (count === 0) return;
          const stretched = now.mean[axis]! + (point[axis]! - now.mean[axis]!) * stretch[axis]!;
          const index = Math.min(count - 1, Math.max(0, Math.floor(stretched * count)));
          expect(generation.values![sample]![axis]).toBeCloseTo((index + 0.5) / count, 12);
        });
      });
      const moved = update(now, strategy, toPoints(generation));
      const corrected = keepMargin(moved, stretch, shares, 1 / (counts!.length * population));
      now = { ...moved, mean: corrected.mean };
      stretch = new Float64Array(corrected.stretch);
      expect(worst({ ...now, stretch }, generation.after)).toBeLessThan(1e-8);
    }
  });
});

test('the usual population grows with the logarithm of the dimensions', () => {
  expect([1, 2, 5, 10, 40].map(usualPopulation)).toEqual([4, 6, 8, 10, 15]);
});

test('samples have the mean and the covariance of the distribution, and lie as far as they are unlikely', () => {
  const covariance = Float64Array.of(4, 1.5, 1.5, 1);
  const distribution = beginAt(Float64Array.of(0.3, 0.7), 0.1, covariance);
  const rng = createRng(1);
  const points = Array.from({ length: 20_000 }, () =>
    pointAt(
      distribution,
      Float64Array.from([0, 1], () => rng.normal()),
    ),
  );
  const mean = (of: (point: Float64Array) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  expect(mean(([x]) => x!)).toBeCloseTo(0.3, 2);
  expect(mean(([, y]) => y!)).toBeCloseTo(0.7, 2);
  const moments = [
    mean(([x]) => (x! - 0.3) ** 2),
    mean(([x, y]) => (x! - 0.3) * (y! - 0.7)),
    mean(([, y]) => (y! - 0.7) ** 2),
  ];
  expect(deviation(moments, [0.04, 0.015, 0.01])).toBeLessThan(0.03);
  // Squared distances have the chi-squared distribution with 2 degrees of freedom, whose mean is 2.
  expect(mean(point => distanceOf(distribution, point) ** 2)).toBeCloseTo(2, 1);
});
