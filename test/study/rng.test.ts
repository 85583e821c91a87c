/** Golden numbers and the command that made them: test/golden/make-rng.py. Seeds are fixed, so what passes goes on passing. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createRng, trialSeed } from '../../src/study/rng.ts';

interface Golden {
  readonly seed: number;
  readonly stream: readonly (number | string)[];
  readonly uniform: readonly number[];
  readonly normal: readonly number[];
  readonly int: readonly (readonly [n: number, drawn: number])[];
  readonly shuffle: readonly number[];
  readonly trialSeeds: readonly number[];
}
const golden = JSON.parse(readFileSync(new URL('../golden/rng.json', import.meta.url), 'utf8')) as readonly Golden[];

function times<T>(count: number, draw: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => draw(index));
}

/** Distance of counts from equal ones, in standard deviations of the chi-square distribution. */
function unevenness(cells: readonly number[], count: number): number {
  const counts = new Float64Array(count);
  for (const cell of cells) counts[cell]! += 1;
  const expected = cells.length / count;
  const chiSquare = counts.reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0);
  return (chiSquare - (count - 1)) / Math.sqrt(2 * (count - 1));
}

/** Largest distance between the values' distribution function and the given one, times the square root of their number. */
function kolmogorov(values: readonly number[], distribution: (x: number) => number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const distances = sorted.map((x, index) =>
    Math.max(distribution(x) - index / sorted.length, (index + 1) / sorted.length - distribution(x)),
  );
  return Math.max(...distances) * Math.sqrt(sorted.length);
}

/** Abramowitz & Stegun 1964, 26.2.17: wrong by less than 1e-7. */
function normalDistribution(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const tail =
    (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return x > 0 ? 1 - tail : tail;
}

describe.each(golden)('seed $seed, stream $stream gives the numbers it always gave', expected => {
  const { seed, stream } = expected;
  const rng = () => createRng(seed, ...stream);

  test('uniform, int and shuffle to the last bit', () => {
    expect(times(expected.uniform.length, rng().uniform)).toEqual(expected.uniform);
    const { int } = rng();
    expect(expected.int.map(([n]) => [n, int(n)])).toEqual(expected.int);
    expect([...rng().shuffle(Int32Array.from({ length: 12 }, (_, index) => index))]).toEqual(expected.shuffle);
  });

  test('normal as far as logarithms agree', () => {
    const { normal } = rng();
    for (const value of expected.normal) expect(normal()).toBeCloseTo(value, 13);
  });

  test('seeds of trials', () => {
    expect(times(expected.trialSeeds.length, trial => trialSeed(seed, trial))).toEqual(expected.trialSeeds);
  });
});

describe('distributions', () => {
  test('uniform numbers lie in [0, 1) and fill it evenly', () => {
    const values = times(100_000, createRng(1, 'uniform').uniform);
    expect(values.every(value => value >= 0 && value < 1)).toBe(true);
    expect(
      unevenness(
        values.map(value => Math.floor(value * 256)),
        256,
      ),
    ).toBeLessThan(5);
    expect(kolmogorov(values, x => x)).toBeLessThan(2.7);
  });

  test('uniform numbers use 53 bits: the lowest is as random as the highest', () => {
    const values = times(20_000, createRng(1, 'bits').uniform);
    expect(
      unevenness(
        values.map(value => (value * 2 ** 53) % 16),
        16,
      ),
    ).toBeLessThan(5);
  });

  test('neighbours in a stream are independent', () => {
    const { uniform } = createRng(1, 'pairs');
    const cells = times(100_000, () => Math.floor(uniform() * 16) * 16 + Math.floor(uniform() * 16));
    expect(unevenness(cells, 256)).toBeLessThan(5);
  });

  test('normal numbers follow the normal distribution', () => {
    expect(kolmogorov(times(50_000, createRng(1, 'normal').normal), normalDistribution)).toBeLessThan(2.7);
  });

  test('both halves of a normal pair are independent', () => {
    const { normal } = createRng(1, 'pairs');
    const cell = (): number => Math.floor(normalDistribution(normal()) * 16);
    expect(
      unevenness(
        times(100_000, () => cell() * 16 + cell()),
        256,
      ),
    ).toBeLessThan(5);
  });

  test.each([2, 3, 7, 100])('whole numbers below %i are equally likely', n => {
    const { int } = createRng(1, 'int', n);
    expect(
      unevenness(
        times(50_000, () => int(n)),
        n,
      ),
    ).toBeLessThan(5);
  });

  test('whole numbers below 3 * 2^51 are too: those of the last, partial multiple are drawn again', () => {
    const { int } = createRng(1, 'large');
    expect(
      unevenness(
        times(30_000, () => Math.floor(int(3 * 2 ** 51) / 2 ** 51)),
        3,
      ),
    ).toBeLessThan(5);
  });

  test('every order is equally likely', () => {
    const { shuffle } = createRng(1, 'shuffle');
    const orders = times(24_000, () => shuffle(Int32Array.of(0, 1, 2, 3)).join(''));
    const names = [...new Set(orders)];
    expect(names).toHaveLength(24);
    expect(
      unevenness(
        orders.map(order => names.indexOf(order)),
        24,
      ),
    ).toBeLessThan(5);
  });

  test('shuffling leaves its argument alone', () => {
    const values = Int32Array.of(3, 1, 2);
    expect(createRng(1).shuffle(values).toSorted()).toEqual(Int32Array.of(1, 2, 3));
    expect(values).toEqual(Int32Array.of(3, 1, 2));
  });
});

describe('streams', () => {
  test('the same one gives the same numbers, interleaved with whatever', () => {
    const [one, other, again] = [createRng(5, 'a', 1), createRng(5, 'b'), createRng(5, 'a', 1)];
    const alone = times(10, one.uniform);
    expect(times(10, () => (other.normal(), again.uniform()))).toEqual(alone);
  });

  test('a fork is the stream below, whatever was drawn before', () => {
    const rng = createRng(5, 'trial', 3);
    times(7, rng.normal);
    expect(times(5, rng.fork('weights', 0).uniform)).toEqual(times(5, createRng(5, 'trial', 3, 'weights', 0).uniform));
  });

  test('every seed, path and kind of key has its own', () => {
    const firsts = [
      createRng(0),
      createRng(1),
      createRng(2 ** 32),
      createRng(2 ** 32 + 1),
      createRng(1, 1),
      createRng(1, '1'),
      createRng(1, 'a', 'b'),
      createRng(1, 'ab'),
      createRng(1, 'a,b'),
      createRng(1, 'b', 'a'),
    ].map(rng => rng.uniform());
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  test.each(['fork', 'seed'] as const)('neighbours by %s are independent of each other', kind => {
    const rng = createRng(9);
    const stream = (index: number) => (kind === 'fork' ? rng.fork(index) : createRng(index, 'sampler', 0));
    const firsts = times(20_001, index => stream(index).uniform());
    expect(
      unevenness(
        firsts.map(value => Math.floor(value * 64)),
        64,
      ),
    ).toBeLessThan(5);
    const pairs = times(20_000, index => Math.floor(firsts[index]! * 8) * 8 + Math.floor(firsts[index + 1]! * 8));
    expect(unevenness(pairs, 64)).toBeLessThan(5);
  });

  test('seeds of trials are positive 31-bit numbers, seldom the same', () => {
    const seeds = times(20_000, trial => trialSeed(7, trial));
    expect(seeds.every(seed => Number.isInteger(seed) && seed >= 1 && seed < 2 ** 31)).toBe(true);
    // Of 20,000 among 2^31, 0.09 pairs are equal on average.
    expect(new Set(seeds).size).toBeGreaterThan(19_996);
    expect(
      unevenness(
        seeds.map(seed => Math.floor(((seed - 1) / (2 ** 31 - 1)) * 64)),
        64,
      ),
    ).toBeLessThan(5);
  });
});
