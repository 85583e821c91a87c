/**
 * The Sobol sequence, plain and scrambled: points that fill the unit cube more evenly than random ones.
 * Sobol' 1967; direction numbers by Joe & Kuo 2008 (sobol-directions.ts); scrambling by Burley 2020, "Practical
 * hash-based Owen scrambling", https://jcgt.org/published/0009/04/01/. Coordinates are unsigned 32-bit fractions.
 */
import { initialNumbers } from './sobol-directions.ts';

const bits = 32;

/** Direction numbers: for each dimension one 32-bit word for each bit of the index, the lowest first. */
const directions: readonly Uint32Array[] = [
  Uint32Array.from({ length: bits }, (_, bit) => 2 ** (bits - 1 - bit)),
  ...initialNumbers
    .trim()
    .split('\n')
    .map(line => {
      const [polynomial, ...initial] = line.split(' ').map(Number);
      return expand(polynomial!, initial);
    }),
];

/** How many dimensions the table has. */
export const sobolDimensions = directions.length;

/** Coordinate of a point, in the order of Antonov & Saleev 1979 that SciPy has too. 0 <= index < 2^32. */
export function sobol32(index: number, dimension: number): number {
  const words = directions[dimension]!;
  let gray = (index ^ (index >>> 1)) >>> 0;
  let coordinate = 0;
  for (let bit = 0; gray !== 0; bit++, gray >>>= 1) if (gray & 1) coordinate ^= words[bit]!;
  return coordinate >>> 0;
}

/**
 * Owen scrambling of one coordinate: permutes the halves of the interval, of each half the quarters, and so on, each by a
 * hash of the seed and where it lies. Points stay as evenly spread, without their pattern.
 */
export function owenScramble(coordinate: number, seed: number): number {
  return reverseBits(permuteUpwards(reverseBits(coordinate), seed));
}

/** The hash of Laine & Karras 2011 with Burley's constants: each bit depends on the bits below it alone. */
function permuteUpwards(word: number, seed: number): number {
  let x = (word + seed) | 0;
  x ^= Math.imul(x, 0x6c50b47c);
  x ^= Math.imul(x, 0xb82f1e52);
  x ^= Math.imul(x, 0xc7afe638);
  x ^= Math.imul(x, 0x8d22f6e6);
  return x >>> 0;
}

function reverseBits(word: number): number {
  let x = word;
  x = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1);
  x = ((x >>> 2) & 0x33333333) | ((x & 0x33333333) << 2);
  x = ((x >>> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4);
  x = ((x >>> 8) & 0x00ff00ff) | ((x & 0x00ff00ff) << 8);
  return ((x >>> 16) | (x << 16)) >>> 0;
}

/** The recurrence of a primitive polynomial over its initial numbers. */
function expand(polynomial: number, initial: readonly number[]): Uint32Array {
  const degree = initial.length;
  const words = new Uint32Array(bits);
  for (let k = 0; k < bits; k++) {
    if (k < degree) {
      words[k] = initial[k]! * 2 ** (bits - 1 - k);
      continue;
    }
    let word = words[k - degree]! ^ (words[k - degree]! >>> degree);
    for (let j = 1; j < degree; j++) if ((polynomial >>> (degree - j)) & 1) word ^= words[k - j]!;
    words[k] = word;
  }
  return words;
}
