/** Seeds are fixed, so what passes goes on passing. */
import { describe, expect, test } from 'vitest';
import { createConvergence, gainOfRecords, type Convergence } from '../../src/samplers/convergence.ts';
import { gp } from '../../src/samplers/gp.ts';
import { noiseOfCurves, noiseOfRepeats } from '../../src/samplers/noise.ts';
import { random } from '../../src/samplers/random.ts';
import { defineSpace } from '../../src/space/define-space.ts';
import type { Config, Space } from '../../src/space/space.ts';
import type { Sampler } from '../../src/study/ports.ts';
import { createRng } from '../../src/study/rng.ts';
import type { Trial } from '../../src/study/trial.ts';

const unit = { type: 'float', low: 0, high: 1 } as const;
const plane = defineSpace({ x: unit, y: unit });

function at(id: number, config: Config, value: number): Trial {
  return { id, attempt: 1, state: 'complete', config, value, curve: [], startedAt: '' };
}

interface Ended {
  readonly trials: readonly Trial[];
  readonly convergence: Convergence | undefined;
}

/** Trials until the study has converged. */
function study(
  sampler: Sampler,
  space: Space,
  measure: (config: Config, id: number) => number,
  most: number,
  seed: number,
): Ended {
  const convergenceOf = createConvergence(space, 'minimize');
  const trials: Trial[] = [];
  for (let trial = 0; trial < most; trial++) {
    const rng = createRng(seed, 'sampler', trial);
    const config = sampler.suggest({ space, history: [...trials], trial, seed, rng })!;
    trials.push(at(trial, config, measure(config, trial)));
    if (convergenceOf(trials)?.isReached) break;
  }
  return { trials, convergence: convergenceOf(trials) };
}

function bestOf(trials: readonly Trial[]): Trial {
  return trials.reduce((best, trial) => (trial.value! < best.value! ? trial : best));
}

describe('a bowl with noise', () => {
  const noise = 0.1;
  const depth = ({ x, y }: Config): number => 4 * ((x as number) - 0.3) ** 2 + 4 * ((y as number) - 0.6) ** 2;

  test('ends in the neighbourhood of the lowest point, neither at once nor late', () => {
    const ended = Array.from({ length: 20 }, (_, seed) => {
      const measure = (config: Config, id: number): number =>
        depth(config) + noise * createRng(seed, 'noise', id).normal();
      return study(gp.create({ startupTrials: 10 }), plane, measure, 80, seed);
    });
    const isGood = ({ trials, convergence }: Ended): boolean =>
      convergence?.isReached === true && trials.length >= 20 && depth(bestOf(trials).config) < noise;
    expect(ended.filter(isGood).length).toBeGreaterThanOrEqual(18);
    for (const { convergence } of ended) {
      expect(convergence?.noiseFrom).toBe('process');
      expect(convergence?.noise).toBeGreaterThan(noise / 4);
      expect(convergence?.noise).toBeLessThan(noise * 4);
    }
  });

  test('of losses or of their negation, with trials in any order: the same answer', () => {
    const measure = (config: Config, id: number): number => depth(config) + noise * createRng(1, 'noise', id).normal();
    const { trials, convergence } = study(random.create({}), plane, measure, 30, 1);
    const negated = trials.map(trial => ({ ...trial, value: -trial.value! }));
    expect(createConvergence(plane, 'maximize')(negated.toReversed())).toEqual(convergence);
    expect(createConvergence(plane, 'minimize')(trials)).toEqual(convergence);
  });

  test('what is once found stays, and running trials make no difference', () => {
    const measure = (config: Config, id: number): number => depth(config) + noise * createRng(1, 'noise', id).normal();
    const { trials, convergence } = study(gp.create({ startupTrials: 10 }), plane, measure, 80, 1);
    const lucky = Array.from({ length: 20 }, (_, i) => at(trials.length + i, { x: i / 20, y: 0 }, -i));
    const { value: _, ...running } = { ...at(99, { x: 0, y: 0 }, 0), state: 'running' as const };
    expect(createConvergence(plane, 'minimize')([...trials, running, ...lucky])).toEqual(convergence);
  });
});

test('a study that still improves goes on', () => {
  // A valley whose floor falls slowly: random configurations find a better one again and again.
  const space = defineSpace({ a: unit, b: unit, c: unit, d: unit, e: unit });
  const valley = (config: Config): number => {
    const x = Object.values(config).map(value => 4 * (value as number) - 2);
    return x.slice(1).reduce((sum, next, i) => sum + (next - x[i]! ** 2) ** 2 + (1 - x[i]!) ** 2 / 100, 0);
  };
  for (const seed of [1, 2, 3]) {
    const { trials, convergence } = study(random.create({}), space, valley, 60, seed);
    expect(trials).toHaveLength(60);
    expect(convergence?.isReached).toBe(false);
  }
});

test('nothing is said before there are enough trials, nor of equal losses', () => {
  const trials = Array.from({ length: 40 }, (_, id) => at(id, { x: id / 40, y: 0.5 }, 1));
  expect(createConvergence(plane, 'minimize')(trials.slice(0, 19))).toBeUndefined();
  expect(createConvergence(plane, 'minimize')(trials)).toBeUndefined();
});

test('where parameters have no order, records and learning curves tell', () => {
  const kind = { type: 'categorical', choices: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] } as const;
  const space = defineSpace({ a: kind, b: kind, c: kind });
  const trials = Array.from({ length: 60 }, (_, id): Trial => {
    const rng = createRng(1, id);
    const config = { a: kind.choices[id % 8]!, b: kind.choices[Math.floor(id / 8)]!, c: 'a' };
    const curve = [1, 2, 3, 4, 5, 6].map(step => ({ step, value: 1 + 0.05 * rng.normal() + 1 / step }));
    return { ...at(id, config, 1 + 0.01 * rng.uniform()), curve };
  });
  const convergence = createConvergence(space, 'minimize')(trials);
  expect(convergence).toMatchObject({ isReached: true, trials: 25, gainFrom: 'records', noiseFrom: 'curves' });
});

test('noise of repeats is the pooled deviation of the good ones', () => {
  const losses: readonly (readonly [number, readonly number[]])[] = [
    [0, [1, 3]],
    [1, [2, 2, 5]],
    [2, [100, 200]],
    [3, [50]],
    [4, [60]],
  ];
  const finished = losses.flatMap(([x, values]) => values.map((loss, id) => ({ trial: at(id, { x }, loss), loss })));
  // (2 + 6) / (1 + 2)
  expect(noiseOfRepeats(finished)).toBeCloseTo(Math.sqrt(8 / 3), 12);
  expect(noiseOfRepeats(finished.slice(0, 3))).toBeUndefined();
});

test('noise of curves: of noise alone it is the deviation, of a smooth curve next to nothing', () => {
  const curves = (of: (step: number, id: number) => number) =>
    Array.from({ length: 5 }, (_, id) => {
      const curve = Array.from({ length: 40 }, (__, step) => ({ step: step + 1, value: of(step, id) }));
      return { trial: { ...at(id, { x: id }, id), curve }, loss: id };
    });
  const noisy = curves((step, id) => ((step - 20) / 10) ** 2 + 0.2 * createRng(1, step, id).normal());
  expect(noiseOfCurves(noisy)).toBeGreaterThan(0.1);
  expect(noiseOfCurves(noisy)).toBeLessThan(0.4);
  expect(noiseOfCurves(curves(step => ((step - 20) / 10) ** 2))).toBeCloseTo(0.02 / Math.sqrt(6), 10);
  expect(noiseOfCurves([{ trial: at(0, { x: 0 }, 1), loss: 1 }])).toBeUndefined();
});

test('the gain of records is about what more random numbers bring', () => {
  // Of n uniform numbers the lowest is 1 / (n + 1) on average: ten more of 50 gain 1 / 51 - 1 / 61.
  const gains = Array.from({ length: 200 }, (_, seed) => {
    const rng = createRng(seed);
    return gainOfRecords(Array.from({ length: 100 }, () => rng.uniform()));
  });
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
  expect(mean).toBeGreaterThan(1 / 51 - 1 / 61);
  expect(mean).toBeLessThan(2 * (1 / 51 - 1 / 61));
});
