import { expect, test } from 'vitest';
import { restAfter, untilNextLook } from '../../../src/executors/postgres/worker-pace.ts';

/** Looks a second that so many idle workers come to, in the mean. */
const looks = (workers: number): number => (workers * 1000) / untilNextLook(workers, 0.5);

test('a few workers look every second or two, thousands together hardly more often than a hundred', () => {
  expect([0, 1].map(chance => untilNextLook(1, chance))).toEqual([1000, 2000]);
  expect(untilNextLook(100, 0.5)).toBe(untilNextLook(1, 0.5));
  expect(looks(3000)).toBeCloseTo(looks(100));
  // However many there are, nobody waits longer than a minute.
  expect(untilNextLook(1e6, 1)).toBe(60_000);
});

test('who is told of trials in vain rests the longer the more often, up to as long as until the next look', () => {
  for (const workers of [1, 30, 1000]) {
    const rests = Array.from({ length: 20 }, (_, vain) => restAfter(workers, vain, 1));
    expect(rests[0]).toBe(workers);
    expect(rests).toEqual(rests.toSorted((a, b) => a - b));
    expect(rests.at(-1)).toBe(untilNextLook(workers, 1));
  }
});
