/** Points of the plain sequence and the command that made them: test/golden/make-sobol.py. */
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sobol } from '../../src/samplers/sobol.ts';
import { owenScramble, sobol32, sobolDimensions } from '../../src/samplers/sobol-sequence.ts';
import type { Param, Space } from '../../src/space/space.ts';
import { createRng } from '../../src/study/rng.ts';

const golden = JSON.parse(readFileSync(new URL('../golden/sobol.json', import.meta.url), 'utf8')) as {
  readonly first: readonly (readonly number[])[];
  readonly far: readonly { readonly index: number; readonly point: readonly number[] }[];
};

const word = fc.nat(0xffff_ffff);

/** Points by index, coordinates as 32-bit fractions. */
function points(count: number, dimension: number): number[] {
  return Array.from({ length: count }, (_, index) => sobol32(index, dimension));
}

/** How often each of the equal parts of the unit interval is hit. */
function hits(coordinates: readonly number[], parts: number): number[] {
  const counts = Array.from({ length: parts }, () => 0);
  for (const coordinate of coordinates) counts[Math.floor((coordinate / 2 ** 32) * parts)]! += 1;
  return counts;
}

describe('the plain sequence', () => {
  test("is SciPy's in every dimension", () => {
    const dimensions = Array.from({ length: sobolDimensions }, (_, dimension) => dimension);
    expect(golden.first.map((_, index) => dimensions.map(dimension => sobol32(index, dimension)))).toEqual(
      golden.first,
    );
  });

  test.each(golden.far)("is SciPy's at point $index", ({ index, point }) => {
    expect(point.map((_, dimension) => sobol32(index, dimension))).toEqual(point);
  });
});

describe('Owen scrambling', () => {
  test('keeps what coordinates share from the top, and flips what follows together', () => {
    fc.assert(
      fc.property(word, fc.integer({ min: 0, max: 31 }), word, word, (coordinate, bit, noise, seed) => {
        // Differs in this bit and, maybe, in lower ones.
        const other = (coordinate ^ (2 ** bit) ^ (noise % 2 ** bit)) >>> 0;
        const difference = (owenScramble(coordinate, seed) ^ owenScramble(other, seed)) >>> 0;
        expect(Math.floor(Math.log2(difference))).toBe(bit);
      }),
      { numRuns: 2000 },
    );
  });

  test('gives another order for another seed', () => {
    const scrambled = [1, 2, 3, 4, 5].map(seed =>
      points(16, 0)
        .map(point => owenScramble(point, seed))
        .join(),
    );
    expect(new Set(scrambled).size).toBe(5);
  });

  test.each([0, 1, 7, 100, 255])('the first 2^k points of dimension %i hit every 2^k-th part once', dimension => {
    fc.assert(
      fc.property(word, fc.integer({ min: 0, max: 10 }), (seed, k) => {
        const scrambled = points(2 ** k, dimension).map(point => owenScramble(point, seed));
        expect(hits(scrambled, 2 ** k)).toEqual(Array.from({ length: 2 ** k }, () => 1));
      }),
      { numRuns: 30 },
    );
  });

  test('the first two dimensions stay a net: 16 points hit each of 4 x 4 squares once', () => {
    fc.assert(
      fc.property(word, word, (seed, otherSeed) => {
        const cells = points(16, 0).map((x, index) => {
          const [a, b] = [owenScramble(x, seed), owenScramble(sobol32(index, 1), otherSeed)];
          return (a >>> 30) * 4 + (b >>> 30);
        });
        expect(new Set(cells).size).toBe(16);
      }),
    );
  });
});

describe('the sampler', () => {
  const unit = (name: string): Param => ({
    name,
    type: 'float',
    low: 0,
    high: 1,
    log: false,
    step: null,
    default: 0.5,
  });
  const cube = (dimensions: number): Space => ({
    params: Array.from({ length: dimensions }, (_, index) => unit(`x${index}`)),
    constraints: [],
  });
  const suggest = (space: Space, trial: number, seed = 1) =>
    sobol.create({}).suggest({ space, history: [], trial, seed, rng: createRng(seed, 'sampler', trial) })!;

  test('begins with the defaults; then the sequence hits every part of each parameter once', () => {
    const space = cube(3);
    const technique = sobol.create({});
    const configs = Array.from({ length: 65 }, (_, trial) =>
      technique.suggest({ space, history: [], trial, seed: 7, rng: createRng(7, 'sampler', trial) }),
    );
    expect(configs[0]).toEqual({ x0: 0.5, x1: 0.5, x2: 0.5 });
    for (const { name } of space.params) {
      const coordinates = configs.slice(1).map(config => (config?.[name] as number) * 2 ** 32);
      expect(hits(coordinates, 64)).toEqual(Array.from({ length: 64 }, () => 1));
    }
  });

  test('does not look at earlier trials', () => {
    const [space, rng] = [cube(2), createRng(1)];
    const trial = {
      id: 0,
      state: 'complete',
      attempt: 1,
      config: { x0: 0.1, x1: 0.1 },
      value: 3,
      curve: [],
      startedAt: '',
    } as const;
    expect(sobol.create({}).suggest({ space, history: [trial], trial: 3, seed: 1, rng })).toEqual(suggest(space, 3));
  });

  test('goes on beyond the dimensions of the table', () => {
    const space = cube(sobolDimensions + 4);
    const [first, second] = [suggest(space, 1), suggest(space, 2)];
    const beyond = space.params.slice(sobolDimensions).map(({ name }) => name);
    for (const name of beyond) expect(first[name]).not.toBe(second[name]);
    expect(new Set(beyond.map(name => first[name])).size).toBe(4);
  });
});
