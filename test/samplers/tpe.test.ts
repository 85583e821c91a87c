/** Against random search and Optuna's sampler on the same functions; numbers of Optuna by test/golden/make-tpe.py. */
import { describe, expect, test } from 'vitest';
import { random } from '../../src/samplers/random.ts';
import { tpe } from '../../src/samplers/tpe.ts';
import { defineSpace } from '../../src/space/define-space.ts';
import { canonical } from '../../src/space/json.ts';
import type { Config, Space } from '../../src/space/space.ts';
import { rankSum, rankSumTail } from '../../src/stats/mann-whitney.ts';
import type { Sampler } from '../../src/study/ports.ts';
import { createRng } from '../../src/study/rng.ts';
import type { Trial, TrialState } from '../../src/study/trial.ts';
import { objectives, type Objective } from './objectives.ts';
import { golden } from './optuna-tpe.ts';

const create = (knobs: unknown = {}): Sampler => tpe.create(tpe.knobs.parse(knobs));

function trial(id: number, config: Config, value: number, state: TrialState = 'complete'): Trial {
  const base = { id, state, attempt: 1, config, curve: [], startedAt: '' };
  return state === 'complete' ? { ...base, value } : base;
}

function suggestions(sampler: Sampler, space: Space, history: readonly Trial[], count = 200): readonly Config[] {
  return Array.from({ length: count }, (_, seed) =>
    sampler.suggest({ space, history, trial: history.length, seed, rng: createRng(seed) })!,
  );
}

/** Best values after 50 and after 100 trials, by seed. */
function run(
  sampler: Sampler,
  { space, value }: Objective,
): { after50: readonly number[]; after100: readonly number[] } {
  const runs = Array.from({ length: 20 }, (_, seed) => {
    const history: Trial[] = [];
    while (history.length < 100) {
      const id = history.length;
      const config = sampler.suggest({ space, history, trial: id, seed, rng: createRng(seed, 'sampler', id) })!;
      history.push(trial(id, config, value(config)));
    }
    return history.map(({ value }) => value!);
  });
  const best = (count: number): readonly number[] => runs.map(values => Math.min(...values.slice(0, count)));
  return { after50: best(50), after100: best(100) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Variance of the mean. */
function variance(values: readonly number[]): number {
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1) / values.length;
}

describe.each(Object.entries(objectives))('on %s', (name, objective) => {
  const ours = run(create(), objective);

  test('finds better values than random search', () => {
    const others = run(random.create({}), objective);
    for (const after of ['after50', 'after100'] as const) {
      expect(mean(ours[after])).toBeLessThan(mean(others[after]));
      expect(rankSumTail([rankSum(Float64Array.from(others[after]), Float64Array.from(ours[after]))])).toBeLessThan(
        0.01,
      );
    }
  });

  test("finds values that are no worse than those of Optuna's sampler", () => {
    for (const after of ['after50', 'after100'] as const) {
      const theirs = golden.runs[name]![after];
      const allowance = 2 * Math.sqrt(variance(ours[after]) + variance(theirs));
      expect(mean(ours[after]) - mean(theirs)).toBeLessThan(allowance);
    }
  });
});

const line = defineSpace({ x: { type: 'float', low: 0, high: 1 } });
/** The best ones near 0.3. */
const bowl = Array.from({ length: 40 }, (_, id) => trial(id, { x: id / 39 }, Math.abs(id / 39 - 0.3)));
const distance = (configs: readonly Config[]): number => mean(configs.map(({ x }) => Math.abs((x as number) - 0.3)));

test('draws at random until enough trials have finished', () => {
  const few = bowl.map((known, id) => (id < 30 ? trial(id, known.config, 0, id % 2 ? 'waiting' : 'running') : known));
  expect(suggestions(create({ startupTrials: 11 }), line, few)).toEqual(suggestions(random.create({}), line, few));
  expect(distance(suggestions(create({ startupTrials: 11 }), line, few))).toBeGreaterThan(0.2);
  expect(distance(suggestions(create({ startupTrials: 10 }), line, bowl))).toBeLessThan(0.05);
});

test('more candidates come closer to the best one', () => {
  const distances = [1, 4, 100].map(candidates => distance(suggestions(create({ candidates }), line, bowl)));
  expect(distances.toSorted((a, b) => b - a)).toEqual(distances);
});

test('keeps away from running trials', () => {
  const running = Array.from({ length: 8 }, (_, k) => trial(40 + k, { x: 0.29 + k / 400 }, 0, 'running'));
  const near = (configs: readonly Config[]): number =>
    configs.filter(({ x }) => Math.abs((x as number) - 0.3) < 0.012).length;
  const [free, busy] = [bowl, [...bowl, ...running]].map(history => near(suggestions(create(), line, history)));
  expect(busy!).toBeLessThan(free! / 2);
});

test('knows what goes together', () => {
  const square = defineSpace({ x: { type: 'float', low: 0, high: 1 }, y: { type: 'float', low: 0, high: 1 } });
  // Good ones in two opposite corners, which are alike for each parameter.
  const history = Array.from({ length: 100 }, (_, id) => {
    const rng = createRng(7, id);
    const [x, y] = [rng.uniform(), rng.uniform()];
    if (id % 10) return trial(id, { x, y }, 1);
    const low = 0.2 + x / 20;
    return trial(id, id % 20 ? { x: low, y: 1 - low } : { x: 1 - low, y: low }, 0);
  });
  const sums = suggestions(create(), square, history).map(({ x, y }) => (x as number) + (y as number));
  expect(mean(sums.map(sum => Math.abs(sum - 1)))).toBeLessThan(0.1);
});

test('knows what goes together with the parameters of a branch', () => {
  const branch = defineSpace({
    x: { type: 'float', low: 0, high: 1 },
    kind: { type: 'categorical', choices: ['plain', 'tuned'] },
    y: { type: 'float', low: 0, high: 1, when: { kind: ['tuned'] } },
  });
  const history = Array.from({ length: 150 }, (_, id) => {
    const rng = createRng(8, id);
    const [x, y] = [rng.uniform(), rng.uniform()];
    if (id % 3 === 0) return trial(id, { x, kind: 'plain' }, 2);
    // The best y is 1 - x, in two places.
    const place = id % 2 ? 0.2 : 0.8;
    return trial(id, { x, kind: 'tuned', y }, Math.abs(x - place) + Math.abs(y - (1 - place)));
  });
  const tuned = suggestions(create(), branch, history).filter(({ kind }) => kind === 'tuned');
  expect(tuned.length).toBeGreaterThan(150);
  expect(mean(tuned.map(({ x, y }) => Math.abs((x as number) + (y as number) - 1)))).toBeLessThan(0.2);
});

test('learns of a conditional parameter from the trials that have it', () => {
  const branches = defineSpace({
    kind: { type: 'categorical', choices: ['a', 'b'] },
    x: { type: 'float', low: 0, high: 1, when: { kind: ['a'] } },
    y: { type: 'float', low: 0, high: 1, when: { kind: ['b'] } },
  });
  for (const [best, name, place] of [
    ['a', 'x', 0.2],
    ['b', 'y', 0.9],
  ] as const) {
    const history = Array.from({ length: 100 }, (_, id) => {
      const at = createRng(3, id).uniform();
      if (id % 2) return trial(id, { kind: best, [name]: at }, Math.abs(at - place));
      return trial(id, best === 'a' ? { kind: 'b', y: at } : { kind: 'a', x: at }, 1);
    });
    const configs = suggestions(create(), branches, history);
    expect(configs.filter(({ kind }) => kind !== best)).toEqual([]);
    expect(mean(configs.map(config => Math.abs((config[name] as number) - place)))).toBeLessThan(0.05);
  }
});

test('tries all of a finite space, the promising part first', () => {
  const digit = { type: 'int', low: 0, high: 9 } as const;
  const grid = defineSpace({ a: digit, b: digit }, { constraints: ['a + b <= 14'] });
  const history: Trial[] = [];
  for (;;) {
    const config = create().suggest({
      space: grid,
      history,
      trial: history.length,
      seed: 1,
      rng: createRng(1, history.length),
    });
    if (!config) break;
    history.push(
      trial(history.length, config, ((config['a'] as number) - 3) ** 2 + ((config['b'] as number) - 6) ** 2),
    );
  }
  expect(new Set(history.map(({ config }) => canonical(config))).size).toBe(90);
  expect(history).toHaveLength(90);
  const places = history.filter(({ value }) => value! <= 2).map(({ id }) => id);
  expect(places).toHaveLength(9);
  expect(mean(places)).toBeLessThan(25);
});

test('takes account of both of two objectives', () => {
  const history = Array.from({ length: 60 }, (_, id): Trial => {
    const x = createRng(5, id).uniform();
    return { ...trial(id, { x }, (x - 0.3) ** 2), values: [(x - 0.3) ** 2, (x - 0.6) ** 2] };
  });
  const farFrom = (place: number, trials: readonly Trial[]): number =>
    suggestions(create(), line, trials, 50).filter(({ x }) => Math.abs((x as number) - place) > 0.07).length;
  // Between both optima nothing dominates anything.
  expect(farFrom(0.45, history)).toBeLessThan(farFrom(0.3, history));
  const alone = history.map(({ id, config, value }) => trial(id, config, value!));
  expect(farFrom(0.3, alone)).toBeLessThan(5);
  expect(
    suggestions(create(), line, history, 50).filter(({ x }) => (x as number) < 0.25 || (x as number) > 0.65),
  ).toEqual([]);
});

test('with more trials than it looks at each, it still goes where the good ones are', () => {
  const many = Array.from({ length: 4000 }, (_, id) => {
    const x = createRng(6, id).uniform();
    return trial(id, { x }, Math.abs(x - 0.3));
  });
  expect(distance(suggestions(create(), line, many, 50))).toBeLessThan(0.02);
});
