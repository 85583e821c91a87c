/**
 * How far a fault test goes: a few rounds in `npm test`, the whole figure of its row in `npm run soak` (TUNE_SOAK). What is
 * random in it follows from a seed that is printed; TUNE_SOAK_SEED repeats one.
 */
import { randomInt } from 'node:crypto';
import { createRng, type Rng } from '../../src/study/rng.ts';

const { TUNE_SOAK, TUNE_SOAK_SEED } = process.env;

export const isSoak = TUNE_SOAK !== undefined;

/** @param row what is tested */
export function randomness(row: string): Rng {
  const seed = TUNE_SOAK_SEED === undefined ? (isSoak ? randomInt(2 ** 31) : 1) : Number(TUNE_SOAK_SEED);
  say(`${row}: seed ${seed}`);
  return createRng(seed, row);
}

/** A number of rounds: in `npm test`, and in full. */
export function rounds(short: number, full: number): number {
  return isSoak ? full : short;
}

/** Prints a figure that was measured. */
export function say(text: string): void {
  console.log(text);
}
