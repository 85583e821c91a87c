/** A random order of many numbers. */
import { createRng } from '../study/rng.ts';

/** How many it can tell apart. */
export const maxCount = 2 ** 52;

/**
 * The numbers below `count` in random order without a list of them: a Feistel network over the next power of 4, walked
 * until it comes back below. Black & Rogaway 2002, "Ciphers with arbitrary finite domains".
 */
export function permutation(count: number, seed: number): (index: number) => number {
  const rng = createRng(seed, 'grid');
  const half = 2 ** Math.ceil(Math.log2(Math.max(2, count)) / 2);
  const keys = [0, 1, 2, 3, 4, 5].map(() => rng.int(2 ** 32));
  const encrypt = (index: number): number => {
    let [left, right] = [Math.floor(index / half), index % half];
    for (const key of keys) [left, right] = [right, (left ^ mixed(right, key)) & (half - 1)];
    return left * half + right;
  };
  return index => {
    let place = encrypt(index);
    while (place >= count) place = encrypt(place);
    return place;
  };
}

/** MurmurHash3's last steps, Appleby 2011. */
function mixed(word: number, key: number): number {
  let x = word ^ key;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
