/**
 * How far the results of trainings have moved, where those of both samples may have had the same seeds. Seeds make pairs:
 * results of two alike configurations with one seed go together (in a small net, correlations from 0.25 between different
 * layers to 0.99 between almost equal configurations), and the sign flips then find shifts that Mann-Whitney takes for
 * noise. Where they do not go together, pairing loses half of the degrees of freedom, and at 8 seeds its p is never below
 * 1 / 128: too coarse for Holm's correction. So both tests judge, each with its share of the error: Bonferroni's
 * inequality, with weights (Rosenthal & Rubin, Ensemble-adjusted p values, 1983). Whatever the correlation, the errors sum
 * up to no more than the whole.
 */
import { shiftBetween } from './hodges-lehmann.ts';
import type { Shift } from './shift.ts';
import { mostFlips, shiftOfPairs } from './sign-flip.ts';

export type ShiftTest = 'mann-whitney' | 'sign-flip';

export interface SeededShift extends Shift {
  /** The test that decided. */
  readonly test: ShiftTest;
}

/** A verdict is wrong in one of twenty cases where nothing has moved, at most. */
export const errorRate = 0.05;

/** Of the error, where there are pairs: most of it stays with the test that needs no correlation. */
export const shares: Readonly<Record<ShiftTest, number>> = { 'mann-whitney': 0.8, 'sign-flip': 0.2 };

/** 2 / 2^8 is the first p below the error of the sign flips. */
const fewestPairs = 8;

/** Whether so many pairs are worth the share of the error that goes to their test. */
export function canPair(count: number): boolean {
  return count >= fewestPairs && count <= mostFlips;
}

/**
 * From `before` to `after`, each of at least 4 values.
 * @param isPaired whether the n-th values of both had the same seed
 */
export function seededShift(before: readonly number[], after: readonly number[], isPaired: boolean): SeededShift {
  if (!isPaired || !canPair(before.length)) return { test: 'mann-whitney', ...shiftBetween(before, after, errorRate) };
  const rankSum = weighted('mann-whitney', share => shiftBetween(before, after, share));
  const differences = after.map((to, index) => to - before[index]!);
  const signFlip = weighted('sign-flip', share => shiftOfPairs(differences, share));
  return signFlip.p < rankSum.p ? signFlip : rankSum;
}

function weighted(test: ShiftTest, shiftAt: (error: number) => Shift): SeededShift {
  const shift = shiftAt(errorRate * shares[test]);
  return { test, ...shift, p: Math.min(1, shift.p / shares[test]) };
}
