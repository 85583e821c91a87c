/** Against Optuna's sampler on the same functions: test/golden/make-cmaes.py. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cmaes } from '../../src/samplers/cmaes.ts';
import { random } from '../../src/samplers/random.ts';
import { tpe } from '../../src/samplers/tpe.ts';
import { defaultConfig } from '../../src/space/default-config.ts';
import { defineSpace } from '../../src/space/define-space.ts';
import type { Config, Space } from '../../src/space/space.ts';
import { rankSum, rankSumTail } from '../../src/stats/mann-whitney.ts';
import type { Sampler } from '../../src/study/ports.ts';
import { createRng } from '../../src/study/rng.ts';
import type { Trial, TrialState } from '../../src/study/trial.ts';
import { mixed } from '../study/spaces.ts';

const { runs } = JSON.parse(readFileSync(new URL('../golden/cmaes.json', import.meta.url), 'utf8')) as {
  readonly runs: Readonly<
    Record<string, { readonly after100: readonly number[]; readonly after300: readonly number[] }>
  >;
};

const create = (knobs: unknown = {}): Sampler => cmaes.create(cmaes.knobs.parse(knobs));

function trial(id: number, config: Config, value: number, state: TrialState = 'complete'): Trial {
  const base = { id, state, attempt: 1, config, curve: [], startedAt: '' };
  return state === 'running' ? base : { ...base, value };
}

interface Objective {
  readonly space: Space;
  value(x: readonly number[]): number;
}

const numbers = ({ params }: Space, config: Config): number[] => params.map(({ name }) => config[name] as number);

function spaceOf(count: number, paramAt: (index: number) => Parameters<typeof defineSpace>[0][string]): Space {
  return defineSpace(Object.fromEntries(Array.from({ length: count }, (_, index) => [`x${index}`, paramAt(index)])));
}

const objectives: Readonly<Record<'rosenbrock' | 'stepped', Objective>> = {
  rosenbrock: {
    space: spaceOf(4, () => ({ type: 'float', low: -2, high: 3 })),
    value: x => x.slice(1).reduce((sum, b, i) => sum + 100 * (b - x[i]! ** 2) ** 2 + (1 - x[i]!) ** 2, 0),
  },
  stepped: {
    space: spaceOf(6, index => (index < 3 ? { type: 'float', low: -5, high: 5 } : { type: 'int', low: -10, high: 10 })),
    value(x) {
      const apart = x.map((value, i) => value - [1.3, -2.1, 0.4, 4, -7, 2][i]!);
      return apart.reduce((sum, own, i) => sum + 10 ** (i / 3) * (own + 0.3 * apart[(i + 1) % 6]!) ** 2, 0);
    },
  },
};

/** @param slots trials that run at once; each ends when as many others have begun after it */
function run(sampler: Sampler, { space, value }: Objective, seed: number, count: number, slots = 1): readonly number[] {
  const trials: Trial[] = [];
  const finish = (id: number): void => {
    trials[id] = trial(id, trials[id]!.config, value(numbers(space, trials[id]!.config)));
  };
  while (trials.length < count) {
    const id = trials.length;
    const context = { space, history: [...trials], trial: id, seed, rng: createRng(seed, 'sampler', id) };
    const config = id === 0 ? defaultConfig(space) : sampler.suggest(context)!;
    trials.push(trial(id, config, 0, 'running'));
    if (id >= slots - 1) finish(id - slots + 1);
  }
  return trials.map(({ value }) => value ?? Infinity);
}

const seeds = Array.from({ length: 20 }, (_, seed) => seed);
const least = (values: readonly number[], count: number): number => Math.min(...values.slice(0, count));

describe.each(['rosenbrock', 'stepped'] as const)('on %s', name => {
  const objective = objectives[name];
  const ours = seeds.map(seed => run(create(), objective, seed, 300));

  test("finds values that are no worse than those of Optuna's sampler", () => {
    for (const [count, key] of [
      [100, 'after100'],
      [300, 'after300'],
    ] as const) {
      const best = Float64Array.from(ours, values => least(values, count));
      expect(rankSumTail([rankSum(best, Float64Array.from(runs[name]![key]))])).toBeGreaterThan(0.05);
    }
  });

  test('goes on when trials run side by side, and finds more than at random', () => {
    const beside = Float64Array.from(seeds, seed => least(run(create(), objective, seed, 300, 4), 300));
    const others = Float64Array.from(seeds, seed => least(run(random.create({}), objective, seed, 300), 300));
    expect(rankSumTail([rankSum(others, beside)])).toBeLessThan(1e-4);
  });
});

const line = defineSpace({ x: { type: 'float', low: 0, high: 1 } });

function suggestions(sampler: Sampler, space: Space, history: readonly Trial[], count = 200): readonly Config[] {
  return Array.from({ length: count }, (_, seed) =>
    sampler.suggest({ space, history, trial: history.length, seed, rng: createRng(seed) })!,
  );
}

test('begins about the best of the first trials, as far away as it is told to', () => {
  const history = [0.2, 0.7, 0.4].map((x, id) => trial(id, { x }, Math.abs(x - 0.6)));
  const spread = (knobs: unknown) => {
    const xs = suggestions(create(knobs), line, history).map(({ x }) => x as number);
    const mean = xs.reduce((sum, x) => sum + x, 0) / xs.length;
    return { mean, deviation: Math.sqrt(xs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / xs.length) };
  };
  const { mean, deviation } = spread({ startupTrials: 3, sigma: 0.02 });
  expect(Math.abs(mean - 0.7)).toBeLessThan(0.01);
  expect(Math.abs(deviation - 0.02)).toBeLessThan(0.004);
  expect(spread({ startupTrials: 1, sigma: 0.02 }).mean).toBeLessThan(0.3);
});

test('leaves the first trials, and parameters that are no numbers or not always active, to the other sampler', () => {
  const history = Array.from({ length: 12 }, (_, id) =>
    trial(id, random.create({}).suggest({ space: mixed, history: [], trial: id, seed: 3, rng: createRng(3, id) })!, id),
  );
  for (const [independent, other] of [
    ['random', random.create({})],
    [{ tpe: { startupTrials: 5 } }, tpe.create(tpe.knobs.parse({ startupTrials: 5 }))],
  ] as const) {
    const theirs = suggestions(other, mixed, history, 50);
    expect(suggestions(create({ independent, startupTrials: 13 }), mixed, history, 50)).toEqual(theirs);
    const own = suggestions(create({ independent }), mixed, history, 50);
    const kinds = (configs: readonly Config[]) => configs.map(({ optimizer, layers, momentum }) => [optimizer, layers, momentum]); // prettier-ignore
    expect(kinds(own)).toEqual(kinds(theirs));
    expect(own.filter(({ lr }, index) => lr === theirs[index]!['lr'])).toEqual([]);
  }
  expect(cmaes.knobs.safeParse({ independent: 'cmaes' }).success).toBe(false);
});

test('begins anew elsewhere when it has collapsed', () => {
  const distances = run(create(), { space: line, value: ([x]) => Math.abs(x! - 0.3) }, 1, 600);
  const found = distances.findIndex(distance => distance < 1e-6);
  expect(found).toBeGreaterThan(0);
  expect(found).toBeLessThan(200);
  expect(distances.slice(found).filter(distance => distance > 0.1).length).toBeGreaterThan(20);
});

test('works the same out from a long history as step by step', () => {
  const { space, value } = objectives.stepped;
  const sampler = create();
  const trials: Trial[] = [];
  const contextOf = () => {
    const id = trials.length;
    return { space, history: [...trials], trial: id, seed: 1, rng: createRng(1, 'sampler', id) };
  };
  while (trials.length < 1000) {
    const config = sampler.suggest(contextOf())!;
    trials.push(trial(trials.length, config, value(numbers(space, config))));
  }
  expect(create().suggest(contextOf())).toEqual(sampler.suggest(contextOf()));
});
