/**
 * Random numbers as a function of (seed, stream): the same wherever and whenever they are drawn, so that a trial's
 * randomness does not depend on what ran before or beside it. The seed is the key of a Philox generator, the hash of the
 * stream the upper half of its counter: each stream has 2^64 blocks of its own.
 */
import { philox4x32, type Words } from './philox.ts';

export interface Rng {
  /** A number from 0 (included) to 1 (excluded), with 53 random bits. */
  uniform(): number;
  /** A number from the standard normal distribution. */
  normal(): number;
  /** A whole number from 0 to n - 1, each equally likely. 1 <= n <= 2^53. */
  int(n: number): number;
  /** The same values in random order, as a new array. */
  shuffle(values: Int32Array): Int32Array;
  /** The generator of a stream below this one; what was drawn here before makes no difference. */
  fork(...stream: readonly (number | string)[]): Rng;
}

const twoTo26 = 2 ** 26;
const twoTo32 = 2 ** 32;
const twoTo53 = 2 ** 53;

/**
 * @param seed a safe integer >= 0
 * @param stream what the numbers are for: createRng(1, 'sampler', trial)
 */
export function createRng(seed: number, ...stream: readonly (number | string)[]): Rng {
  const key = [seed >>> 0, Math.floor(seed / twoTo32) >>> 0] as const;
  const [streamLow, streamHigh] = hash64(JSON.stringify(stream));
  const counter: Words = [0, 0, streamLow, streamHigh];
  let words = counter;
  let used = 4;
  let spare: number | undefined;

  const nextWord = (): number => {
    if (used === 4) {
      words = philox4x32(counter, key);
      used = 0;
      counter[0] = (counter[0] + 1) >>> 0;
      if (counter[0] === 0) counter[1] = (counter[1] + 1) >>> 0;
    }
    return words[used++]!;
  };
  const next53 = (): number => (nextWord() >>> 5) * twoTo26 + (nextWord() >>> 6);
  const uniform = (): number => next53() / twoTo53;
  const int = (n: number): number => {
    // Numbers above the last whole multiple of n would make the small remainders likelier.
    const end = twoTo53 - (twoTo53 % n);
    let drawn = next53();
    while (drawn >= end) drawn = next53();
    return drawn % n;
  };

  return {
    uniform,
    int,
    normal() {
      if (spare !== undefined) {
        const second = spare;
        spare = undefined;
        return second;
      }
      // Box & Muller 1958; 1 - u is never 0.
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      const angle = 2 * Math.PI * uniform();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
    shuffle(values) {
      const shuffled = values.slice();
      for (let last = shuffled.length - 1; last > 0; last--) {
        const other = int(last + 1);
        const value = shuffled[last]!;
        shuffled[last] = shuffled[other]!;
        shuffled[other] = value;
      }
      return shuffled;
    },
    fork: (...below) => createRng(seed, ...stream, ...below),
  };
}

/** Seed of everything random in one trial, for trainers: from 1 to 2^31 - 1. */
export function trialSeed(studySeed: number, trial: number): number {
  return 1 + createRng(studySeed, 'trial', trial).int(2 ** 31 - 1);
}

/** FNV-1a over UTF-16 code units, 64 bits, as two words: Fowler, Noll & Vo, RFC 9923. */
function hash64(text: string): [number, number] {
  let hash = 0xcbf29ce484222325n;
  for (let at = 0; at < text.length; at++)
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(at))) * 0x100000001b3n);
  return [Number(hash & 0xffffffffn), Number(hash >> 32n)];
}
