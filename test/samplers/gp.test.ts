import { describe, expect, test } from 'vitest';
import { gp } from '../../src/samplers/gp.ts';
import { random } from '../../src/samplers/random.ts';
import { defineSpace } from '../../src/space/define-space.ts';
import { flawOf } from '../../src/study/legal.ts';
import { createRng } from '../../src/study/rng.ts';
import type { Sampler } from '../../src/study/ports.ts';
import type { Trial, TrialResult } from '../../src/study/trial.ts';
import type { Config, Space } from '../../src/space/space.ts';
import { objectives } from './objectives.ts';

type Outcome = Pick<TrialResult, 'value'> & { readonly state: Trial['state'] };

function study(
  sampler: Sampler,
  space: Space,
  outcome: (config: Config) => Outcome,
  count: number,
  seed: number,
): Trial[] {
  const history: Trial[] = [];
  for (let trial = 0; trial < count; trial++) {
    const rng = createRng(seed, 'sampler', trial);
    const config = sampler.suggest({ space, history: [...history], trial, seed, rng })!;
    history.push({ id: trial, attempt: 1, config, curve: [], startedAt: '', ...outcome(config) });
  }
  return history;
}

function lowest(trials: readonly Trial[]): number {
  return Math.min(...trials.flatMap(({ value }) => (value === undefined || Number.isNaN(value) ? [] : value)));
}

const create = (): Sampler => gp.create({ startupTrials: 10 });

// The global minima are known: Dixon & Szego 1978.
const { branin, hartmann6, network } = objectives;

test.each([1, 2, 3])('finds the minimum of a function of two numbers within 30 trials, seed %i', seed => {
  const trials = study(
    create(),
    branin.space,
    config => ({ state: 'complete', value: branin.value(config) }),
    30,
    seed,
  );
  expect(lowest(trials)).toBeLessThan(0.397887 + 0.02);
});

test('finds the minimum of a function of six numbers within 60 trials in most studies', () => {
  const best = [1, 2, 3].map(seed =>
    lowest(
      study(create(), hartmann6.space, config => ({ state: 'complete', value: hartmann6.value(config) }), 60, seed),
    ),
  );
  expect(best.filter(value => value < -3.1)).not.toHaveLength(0);
  expect(Math.max(...best)).toBeLessThan(-2.9);
});

test('does better than random configurations where parameters depend on each other', () => {
  const outcome = (config: Config): Outcome => ({ state: 'complete', value: network.value(config) });
  const found = [1, 2, 3].map(seed => lowest(study(create(), network.space, outcome, 40, seed)));
  const drawn = [1, 2, 3].map(seed => lowest(study(random.create({}), network.space, outcome, 40, seed)));
  expect(found.toSorted((a, b) => a - b)[1]).toBeLessThan(drawn.toSorted((a, b) => a - b)[0]!);
});

const line = defineSpace({ x: { type: 'float', low: 0, high: 1 } });

test('running trials keep others away', () => {
  const wavy = ({ x }: Config): Outcome => ({ state: 'complete', value: Math.sin(12 * (x as number)) });
  const known = study(create(), line, wavy, 10, 1);
  const running: Trial[] = [];
  for (let id = 10; id < 14; id++) {
    const history = [...known, ...running];
    const config = create().suggest({ space: line, history, trial: id, seed: 1, rng: createRng(1, 'sampler', id) })!;
    running.push({ id, attempt: 1, state: 'running', config, curve: [], startedAt: '' });
  }
  const asked = running.map(({ config }) => config['x'] as number);
  const gaps = asked.flatMap((x, i) => asked.slice(0, i).map(other => Math.abs(x - other)));
  // Two valleys, 0.52 apart, are equally deep.
  expect(gaps[0]).toBeGreaterThan(0.4);
  expect(Math.min(...gaps)).toBeGreaterThan(1e-4);
});

describe('bad examples', () => {
  test.each<[string, (config: Config) => Outcome]>([
    [
      'failed trials',
      ({ x }) => ((x as number) > 0.5 ? { state: 'failed' } : { state: 'complete', value: (x as number) ** 2 }),
    ],
    [
      'losses that are no numbers',
      ({ x }) => ({ state: 'complete', value: (x as number) > 0.5 ? NaN : (x as number) ** 2 }),
    ],
    ['endless losses', ({ x }) => ({ state: 'complete', value: (x as number) > 0.5 ? Infinity : (x as number) ** 2 })],
    ['pruned trials', ({ x }) => ({ state: (x as number) > 0.5 ? 'pruned' : 'complete', value: (x as number) ** 2 })],
  ])('%s', (_, outcome) => {
    const trials = study(create(), line, outcome, 30, 1);
    expect(lowest(trials)).toBeLessThan(0.001);
  });

  test('equal losses: it goes on exploring', () => {
    const trials = study(create(), line, () => ({ state: 'complete', value: 1 }), 25, 1);
    const places = trials.map(({ config }) => config['x'] as number).toSorted((a, b) => a - b);
    const gaps = places.slice(1).map((x, i) => x - places[i]!);
    expect(Math.max(...gaps)).toBeLessThan(0.2);
  });

  test('the same configuration many times, with noise', () => {
    const copies = Array.from({ length: 20 }, (_, id): Trial => {
      return { id, attempt: 1, state: 'complete', value: Math.sin(id), config: { x: 0.5 }, curve: [], startedAt: '' };
    });
    const config = create().suggest({
      space: line,
      history: copies,
      trial: 20,
      seed: 1,
      rng: createRng(1, 'sampler', 20),
    })!;
    expect(flawOf(line, config)).toBeUndefined();
    expect(config).not.toEqual({ x: 0.5 });
  });
});

test('a long history costs no more than its best and newest trials', () => {
  const space = defineSpace(Object.fromEntries([0, 1, 2].map(i => [`x${i}`, { type: 'float', low: 0, high: 1 }])));
  const history = Array.from({ length: 2000 }, (_, id): Trial => {
    const rng = createRng(1, id);
    const config = { x0: rng.uniform(), x1: rng.uniform(), x2: rng.uniform() };
    const value = (config.x0 - 0.5) ** 2 + (config.x1 - 0.2) ** 2 + config.x2;
    return { id, attempt: 1, state: 'complete', value, config, curve: [], startedAt: '' };
  });
  const config = create().suggest({ space, history, trial: 2000, seed: 1, rng: createRng(1, 'sampler', 2000) })!;
  expect(config['x0']).toBeCloseTo(0.5, 1);
  expect(config['x1']).toBeCloseTo(0.2, 1);
  expect(config['x2']).toBeCloseTo(0, 1);
});
