/**
 * Simulated nights: how often a verdict is wrong where nothing has moved, and how often a shift of two standard deviations
 * is found at 8 seeds. Noise is normal, or skewed as losses are (exponential: many good trainings, a few bad ones).
 */
import { describe, expect, test } from 'vitest';
import { outcomeOf } from '../../src/report/compare/outcome.ts';
import { pairOf, shiftOf } from '../../src/report/compare/samples.ts';
import { createRng, type Rng } from '../../src/study/rng.ts';
import { seeds } from './nights.ts';

const nights = 2000;
const value = 0.25;
/** A tenth of the value: a tenth of a standard deviation does not matter then. */
const deviation = 0.1 * value;
const noise = 0.01 * value;

const noises = {
  normal: (rng: Rng) => rng.normal(),
  skewed: (rng: Rng) => -Math.log(1 - rng.uniform()) - 1,
};

/** @param common share of the variance that the seed explains; undefined: the nights have different seeds */
function outcomes(kind: keyof typeof noises, common: number | undefined, shift: number): Record<string, number> {
  const rng = createRng(5, kind, common ?? 'unpaired', shift);
  const counts = { regressed: 0, improved: 0, 'within-noise': 0, 'no-change': 0 };
  const draw = noises[kind];
  for (let night = 0; night < nights; night++) {
    const ofSeeds = seeds.map(() => draw(rng));
    const trainings = (by: number): number[] =>
      ofSeeds.map(
        shared => value + deviation * (Math.sqrt(common ?? 0) * shared + Math.sqrt(1 - (common ?? 0)) * draw(rng) + by),
      );
    const [before, after] = [{ values: trainings(0), seeds }, { values: trainings(shift) }];
    const pair = pairOf(before, common === undefined ? after : { ...after, seeds });
    const outcome = outcomeOf(shiftOf(pair, 'minimize')!, noise) as keyof typeof counts;
    counts[outcome]++;
  }
  return counts;
}

const cases = [
  ['normal', undefined],
  ['skewed', undefined],
  ['normal', 0],
  ['skewed', 0],
  ['normal', 0.5],
  ['skewed', 0.5],
] as const;

describe.each(cases)('nights of %s noise, of which common seeds explain %s', (kind, common) => {
  test('false alarms are 5 % at most', () => {
    const { regressed, improved } = outcomes(kind, common, 0);
    expect((regressed! + improved!) / nights).toBeLessThanOrEqual(0.05);
  });
  test('a shift of two standard deviations is found in 90 % at least', () => {
    expect(outcomes(kind, common, 2)['regressed']! / nights).toBeGreaterThanOrEqual(0.9);
  });
});
