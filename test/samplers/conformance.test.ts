/** What every sampler promises. A new one is tested once it is in the map. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TuneError } from '../../src/errors.ts';
import { samplers } from '../../src/samplers/index.ts';
import type { SamplerTechnique } from '../../src/samplers/sampler.ts';
import { defaultConfig } from '../../src/space/default-config.ts';
import { canonical } from '../../src/space/json.ts';
import type { Config, Param, Space } from '../../src/space/space.ts';
import { flawOf } from '../../src/study/legal.ts';
import type { Sampler, SuggestContext } from '../../src/study/ports.ts';
import { createRng } from '../../src/study/rng.ts';
import type { Trial } from '../../src/study/trial.ts';
import { finite, mixed, spaces } from '../study/spaces.ts';

function context(space: Space, history: readonly Trial[], seed = 1): SuggestContext {
  const trial = history.length;
  return { space, history, trial, seed, rng: createRng(seed, 'sampler', trial) };
}

/** A trial with an outcome that depends on nothing but its number: some fail, some are pruned, some still run. */
function trialWith(id: number, config: Config): Trial {
  const loss = createRng(99, id).normal();
  const base = { id, attempt: 1, config, curve: [{ step: 1, value: loss + 1 }], startedAt: '' };
  switch (id % 5) {
    case 1:
      return { ...base, state: 'failed', failure: { cause: 'nan', message: '' }, curve: [{ step: 1, value: NaN }] };
    case 2:
      return { ...base, state: 'pruned', value: loss };
    case 3:
      return { ...base, state: 'running' };
    default:
      return { ...base, state: 'complete', value: loss };
  }
}

/** What a study with this sampler tries, until nothing is left or there are enough trials. */
function explore(sampler: Sampler, space: Space, count: number, seed = 1): readonly Trial[] {
  const history = [trialWith(0, defaultConfig(space))];
  while (history.length < count) {
    const config = sampler.suggest(context(space, [...history], seed));
    if (!config) break;
    history.push(trialWith(history.length, config));
  }
  return history;
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}

function expectLegal(space: Space, history: readonly Trial[]): void {
  expect(history.map(({ config }) => flawOf(space, config)).filter(flaw => flaw !== undefined)).toEqual([]);
}

describe.each(Object.entries<SamplerTechnique>(samplers))('%s', (name, technique) => {
  const create = (): Sampler => technique.create(technique.knobs.parse({}));

  test('has its own name, and no unknown knobs', () => {
    expect(technique.name).toBe(name);
    expect(technique.knobs.safeParse({ unknown: 1 }).success).toBe(false);
  });

  test('keeps to conditions and constraints', () => {
    const history = explore(create(), mixed, 150);
    expect(history).toHaveLength(150);
    expectLegal(mixed, history);
    const momenta = history.filter(({ config }) => 'momentum' in config);
    expect(momenta).not.toEqual([]);
  });

  test('proposes legal configurations in any space', () => {
    fc.assert(
      fc.property(spaces, fc.nat(2 ** 31), (space, seed) => {
        expectLegal(space, explore(create(), space, 12, seed));
      }),
      { numRuns: 60 },
    );
  });

  test('copes with trials that the space does not allow any more', () => {
    const history = explore(create(), mixed, 40);
    const changed: Space = {
      params: mixed.params.map((param): Param => {
        if (param.name === 'lr') return { ...param, low: 1e-2, high: 10, default: 0.1 } as Param;
        if (param.name === 'units') return { ...param, low: 100, high: 120, default: 100 } as Param;
        return param.name === 'optimizer'
          ? ({ ...param, choices: ['sgd', null, 'lion'], default: null } as Param)
          : param;
      }),
      constraints: ['units * filters <= 4096'],
    };
    expect(history.filter(({ config }) => flawOf(changed, config) !== undefined).length).toBeGreaterThan(20);
    const [all, possible] = [history, history.filter(({ config }) => flawOf(changed, config) === undefined)];
    for (const seen of [all, possible])
      for (let trial = 40; trial < 60; trial++) {
        const config = create().suggest({ ...context(changed, seen), trial, rng: createRng(1, 'sampler', trial) });
        expect(config && flawOf(changed, config)).toBeUndefined();
        expect(config).toBeDefined();
      }
  });

  test('is pure: the same context gives the same answer, and stays as it was', () => {
    fc.assert(
      fc.property(spaces, space => {
        const history = frozen(explore(create(), space, 6));
        const sampler = create();
        const answer = sampler.suggest(context(frozen(space), history));
        expect(sampler.suggest(context(space, history))).toEqual(answer);
        expect(sampler.suggest(context(structuredClone(space), structuredClone(history)))).toEqual(answer);
      }),
      { numRuns: 30 },
    );
  });

  test('has no hidden state: a fresh one goes on as the old one would have', () => {
    const history = explore(create(), mixed, 40);
    for (const trial of [1, 7, 20, 39])
      expect(create().suggest(context(mixed, history.slice(0, trial)))).toEqual(history[trial]!.config);
  });

  test('one instance serves several studies', () => {
    const sampler = create();
    const alternating = [1, 2, 1, 2].map(seed => explore(sampler, seed === 1 ? mixed : finite, 8, seed));
    expect(alternating.slice(2)).toEqual(alternating.slice(0, 2));
    expect(alternating[0]).toEqual(explore(create(), mixed, 8, 1));
  });

  test('another seed gives other configurations', () => {
    const [one, two] = [1, 2].map(seed => explore(create(), mixed, 10, seed).map(({ config }) => canonical(config)));
    expect(one!.slice(1).filter(text => two!.includes(text))).toEqual([]);
  });

  test('tries every configuration of a finite space once, then has none', () => {
    for (const seed of [1, 2, 3]) {
      const history = explore(create(), finite, 99, seed);
      expect(new Set(history.map(({ config }) => canonical(config))).size).toBe(10);
      expect(history).toHaveLength(10);
      expect(create().suggest(context(finite, history, seed))).toBeUndefined();
    }
  });

  test('finds the last configurations of a finite space that constraints have made rare', () => {
    const digit = (name: string): Param => ({ name, type: 'int', low: 0, high: 19, log: false, step: 1, default: 0 });
    const space: Space = { params: ['a', 'b', 'c'].map(digit), constraints: ['a + b + c <= 2'] };
    expect(explore(create(), space, 99)).toHaveLength(10);
  });

  test('a space whose conditions leave few of its many combinations is finite too', () => {
    const branches = ['a', 'b', 'c', 'd', 'e', 'f'];
    const space: Space = {
      params: [
        { name: 'branch', type: 'categorical', choices: branches, default: 'a' },
        ...branches.map((branch): Param => {
          return {
            name: branch,
            type: 'int',
            low: 1,
            high: 10,
            log: true,
            step: 1,
            default: 1,
            when: { branch: [branch] },
          };
        }),
      ],
      constraints: [],
    };
    const history = explore(create(), space, 99);
    expect(new Set(history.map(({ config }) => canonical(config))).size).toBe(60);
    expect(history).toHaveLength(60);
  });

  test('does not repeat a branch without parameters while others have some', () => {
    const space: Space = {
      params: [
        { name: 'kind', type: 'categorical', choices: ['plain', 'tuned'], default: 'plain' },
        { name: 'x', type: 'float', low: 0, high: 1, log: false, step: null, default: 0, when: { kind: ['tuned'] } },
      ],
      constraints: [],
    };
    const kinds = explore(create(), space, 30).map(({ config }) => config['kind']);
    expect(kinds.filter(kind => kind === 'plain')).toHaveLength(1);
  });

  test('a space with one configuration has none after the defaults', () => {
    const space: Space = {
      params: [
        { name: 'n', type: 'int', low: 2, high: 2, log: false, step: 1, default: 2 },
        { name: 'only', type: 'categorical', choices: [[1]], default: [1] },
      ],
      constraints: [],
    };
    expect(explore(create(), space, 9)).toHaveLength(1);
  });

  test('takes trials that are not of its own making', () => {
    const foreign = [{}, { lr: 7, units: 'many' }, { other: 1 }].map((config, id) => trialWith(id, config as Config));
    const config = create().suggest(context(mixed, foreign));
    expect(config && flawOf(mixed, config)).toBeUndefined();
    expect(config).toBeDefined();
  });

  test('says when it finds nothing that satisfies the constraints', () => {
    const x: Param = { name: 'x', type: 'float', low: 0, high: 1, log: false, step: null, default: 0.5 };
    const space: Space = { params: [x], constraints: ['x == 0.5'] };
    const history = [trialWith(0, { x: 0.5 })];
    const sampler = create();
    for (const attempt of [sampler, sampler, create()]) {
      let error: unknown;
      try {
        attempt.suggest(context(space, history));
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(TuneError);
      expect((error as TuneError).code).toBe('SPACE_EXHAUSTED');
    }
  });
});
