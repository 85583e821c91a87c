/** Configurations that fail must not be tried again and again, however good their neighbours are. */
import { expect, test } from 'vitest';
import { auto } from '../../src/samplers/auto.ts';
import { cmaes } from '../../src/samplers/cmaes.ts';
import { gp } from '../../src/samplers/gp.ts';
import type { SamplerTechnique } from '../../src/samplers/sampler.ts';
import { tpe } from '../../src/samplers/tpe.ts';
import { defineSpace } from '../../src/space/define-space.ts';
import type { Config } from '../../src/space/space.ts';
import { createRng } from '../../src/study/rng.ts';
import type { Trial } from '../../src/study/trial.ts';

const unit = { type: 'float', low: 0, high: 1 } as const;
const space = defineSpace({ rate: unit, momentum: unit, units: { type: 'int', low: 1, high: 64 } });
const numberOf = (config: Config, name: string): number => config[name] as number;

/** The higher the rate, the better, until it diverges. */
const diverges = (config: Config): boolean => numberOf(config, 'rate') > 0.6;
const loss = (config: Config): number => 1 - numberOf(config, 'rate') + (numberOf(config, 'momentum') - 0.5) ** 2;

function studyOf(technique: SamplerTechnique, count: number, seed: number): readonly Trial[] {
  const sampler = technique.create(technique.knobs.parse({}));
  const history: Trial[] = [];
  while (history.length < count) {
    const id = history.length;
    const rng = createRng(seed, 'sampler', id);
    const config = sampler.suggest({ space, history: [...history], trial: id, seed, rng })!;
    const base = { id, attempt: 1, config, curve: [], startedAt: '' };
    history.push(
      diverges(config)
        ? { ...base, state: 'failed', failure: { cause: 'nan', message: '' } }
        : { ...base, state: 'complete', value: loss(config) },
    );
  }
  return history;
}

/** At random 40 of 100 fail. At the best rate a sampler that sees where they fail still crosses the border sometimes. */
test.each([auto, gp, tpe, cmaes])('$name goes where trials do not fail, and comes close to the border', technique => {
  for (const seed of [1, 2, 3]) {
    const trials = studyOf(technique, 60, seed);
    const later = trials.slice(20);
    expect(later.filter(({ state }) => state === 'failed').length).toBeLessThan(0.6 * later.length);
    expect(Math.min(...trials.map(({ value }) => value ?? Infinity))).toBeLessThan(0.5);
  }
});

test.each([auto, gp, tpe, cmaes])('$name goes on when nothing but failures is known', technique => {
  const sampler = technique.create(technique.knobs.parse({}));
  const history = Array.from({ length: 30 }, (_, id): Trial => {
    const config = { rate: 0.9 + id / 1000, momentum: 0.5, units: 1 + id };
    return { id, attempt: 1, config, state: 'failed', curve: [], startedAt: '' };
  });
  const rates = [30, 31, 32, 33].map(trial => {
    const config = sampler.suggest({ space, history, trial, seed: 1, rng: createRng(1, 'sampler', trial) })!;
    return numberOf(config, 'rate');
  });
  expect(Math.min(...rates)).toBeLessThan(0.9);
});
