import { describe, expect, test } from 'vitest';
import { grid } from '../../src/samplers/grid.ts';
import { defineSpace } from '../../src/space/define-space.ts';
import { canonical } from '../../src/space/json.ts';
import type { Config, Space } from '../../src/space/space.ts';
import { createRng } from '../../src/study/rng.ts';
import type { Trial } from '../../src/study/trial.ts';

function trial(id: number, config: Config): Trial {
  return { id, state: 'complete', attempt: 1, config, value: 1, curve: [], startedAt: '' };
}

/** All that it tries, begun with some configurations. */
function explore(space: Space, knobs: unknown = {}, begin: readonly Config[] = [], count = 2000, seed = 1) {
  const sampler = grid.create(grid.knobs.parse(knobs));
  const history = begin.map((config, id) => trial(id, config));
  while (history.length < count) {
    const context = { space, history: [...history], trial: history.length, seed, rng: createRng(seed, history.length) };
    const config = sampler.suggest(context);
    if (!config) break;
    history.push(trial(history.length, config));
  }
  return history.map(({ config }) => config);
}

const line = { type: 'float', low: 0, high: 1 } as const;

test('gives continuous parameters values that are equally far from each other on the search scale', () => {
  const space = defineSpace({ x: line, rate: { type: 'float', low: 1e-4, high: 1, log: true } });
  const configs = explore(space, { points: 5 });
  expect(configs).toHaveLength(25);
  const values = (name: string) =>
    [...new Set(configs.map(config => config[name] as number))].toSorted((a, b) => a - b);
  expect(values('x')).toEqual([0, 0.25, 0.5, 0.75, 1]);
  expect(values('rate')).toEqual([1e-4, 1e-3, 1e-2, 1e-1, 1]);
});

test('has 10 of them unless told otherwise', () => {
  expect(explore(defineSpace({ x: line }))).toHaveLength(10);
});

test('combines the values of parameters that are active together, and no others', () => {
  const space = defineSpace({
    kind: { type: 'categorical', choices: ['plain', 'tuned', 'deep'] },
    x: { ...line, when: { kind: ['tuned', 'deep'] } },
    layers: { type: 'int', low: 1, high: 3, when: { kind: ['deep'] } },
    wide: { type: 'boolean', when: { layers: [2, 3] } },
  });
  const configs = explore(space, { points: 4 });
  // plain; tuned with 4 values; deep with 4 values for each of 1 layer, 2 and 3 layers that may be wide.
  expect(configs).toHaveLength(1 + 4 + 4 * (1 + 2 + 2));
  expect(new Set(configs.map(canonical)).size).toBe(configs.length);
});

test('leaves out what constraints forbid, and what others have tried', () => {
  const digit = { type: 'int', low: 0, high: 9 } as const;
  const space = defineSpace({ a: digit, b: digit }, { constraints: ['a + b <= 14'] });
  const begun = [
    { a: 3, b: 4 },
    { a: 0, b: 0 },
  ];
  const configs = explore(space, {}, begun);
  expect(configs).toHaveLength(90);
  expect(new Set(configs.map(canonical)).size).toBe(90);
});

describe('the order', () => {
  const space = defineSpace({ a: line, b: line, c: line });

  test('is another one for another seed', () => {
    const [one, two] = [1, 2].map(seed => explore(space, {}, [], 1000, seed).map(canonical));
    expect(one!.toSorted()).toEqual(two!.toSorted());
    expect(one!.filter((text, place) => text === two![place]).length).toBeLessThan(10);
  });

  test('looks everywhere from the start', () => {
    // Each half of each parameter: as often as by chance, 5 standard deviations at most away.
    for (const seed of [1, 2, 3]) {
      const configs = explore(space, {}, [], 100, seed);
      for (const name of ['a', 'b', 'c'])
        expect(Math.abs(configs.filter(config => (config[name] as number) < 0.5).length - 50)).toBeLessThan(25);
      const values = new Set(configs.flatMap(({ a, b, c }) => [`a${String(a)}`, `b${String(b)}`, `c${String(c)}`]));
      expect(values.size).toBe(30);
    }
  });
});

test('takes its time for a large grid nowhere', () => {
  const space = defineSpace(Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`x${index}`, line])));
  const configs = explore(space, {}, [], 50);
  expect(new Set(configs.map(canonical)).size).toBe(50);
});

test('says when there are more combinations than numbers', () => {
  const space = defineSpace(Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`x${index}`, line])));
  expect(() => explore(space)).toThrow('a grid of this space has 1.0e+16 combinations');
});
