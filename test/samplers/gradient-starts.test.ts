import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { partsOf } from '../../src/samplers/gradient-space.ts';
import { withGradientStarts } from '../../src/samplers/gradient-starts.ts';
import { samplers } from '../../src/samplers/index.ts';
import type { SamplerTechnique } from '../../src/samplers/sampler.ts';
import { defaultConfig } from '../../src/space/default-config.ts';
import { defineSpace } from '../../src/space/define-space.ts';
import { canonical } from '../../src/space/json.ts';
import { toUnit } from '../../src/space/scale.ts';
import type { Config, Param, Space } from '../../src/space/space.ts';
import { flawOf } from '../../src/study/legal.ts';
import type { Sampler, SuggestContext } from '../../src/study/ports.ts';
import { createRng } from '../../src/study/rng.ts';
import type { Trial } from '../../src/study/trial.ts';
import { spaces } from '../study/spaces.ts';

const mode = { type: 'categorical', choices: ['online', 'restart', 'off'], default: 'online' } as const;
const rate = { type: 'float', low: 1e-4, high: 1, log: true, tune: 'gradient' } as const;
const share = { type: 'float', low: 0, high: 1, tune: 'gradient' } as const;

const space = defineSpace({
  optimizer: { type: 'categorical', choices: ['sgd', 'adam'] },
  width: { type: 'float', low: 0, high: 1 },
  rate,
  decay: share,
  momentum: { ...share, high: 0.9, when: { optimizer: ['sgd'] } },
  hypergradient: mode,
});

const technique = (name: keyof typeof samplers): Sampler => {
  const { create, knobs } = samplers[name] as SamplerTechnique;
  return create(knobs.parse({}));
};
const sampler = withGradientStarts(technique('random'));

function context(space: Space, history: readonly Trial[], trial = history.length, seed = 1): SuggestContext {
  return { space, history, trial, seed, rng: createRng(seed, 'sampler', trial) };
}

function complete(id: number, config: Config, value: number, attributes: Trial['attributes'] = {}): Trial {
  return { id, state: 'complete', attempt: 1, config, value, attributes, curve: [], startedAt: '' };
}

/** Trials of which the earlier ones are the better ones, the k-th with k / 1000 for its width. */
function trialsOf(
  count: number,
  at: (id: number) => { readonly config?: Config; readonly attributes?: Trial['attributes'] },
) {
  return Array.from({ length: count }, (_, id) => {
    const { config, attributes } = at(id);
    const whole = { optimizer: 'adam', width: id / 1000, rate: 0.01, decay: 0.5, hypergradient: 'online', ...config };
    return complete(id, whole, id, attributes);
  });
}

const param = (name: string): Param => space.params.find(param => param.name === name)!;
const unitOf = (config: Config, name: string): number => toUnit(param(name), config[name]!);

/** What many studies with this history try next: at a number that is no repeat's turn. */
function many(history: readonly Trial[], count = 1000): readonly Config[] {
  return Array.from({ length: count }, (_, seed) => sampler.suggest(context(space, history, 17, seed))!);
}

describe('what the structure is', () => {
  test('all but the tuned parameters and what says how they are tuned', () => {
    const { structure, tuned, free } = partsOf(space)!;
    expect(structure.params.map(({ name }) => name)).toEqual(['optimizer', 'width']);
    expect(tuned.map(({ name }) => name)).toEqual(['rate', 'decay', 'momentum']);
    expect(free).toEqual(tuned);
  });

  test('tuned parameters that constraints or conditions name belong to it', () => {
    const parts = partsOf(
      defineSpace(
        { a: share, b: share, c: { type: 'int', low: 0, high: 9, when: { b: [0.5] } }, d: share, hypergradient: mode },
        { constraints: ['a <= 0.5'] },
      ),
    )!;
    expect(parts.structure.params.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(parts.free.map(({ name }) => name)).toEqual(['d']);
    expect(parts.structure.constraints).toEqual(['a <= 0.5']);
  });

  test('without the parameter hypergradient the sampler is left alone', () => {
    const plain: Space = { ...space, params: space.params.filter(({ name }) => name !== 'hypergradient') };
    const history = trialsOf(12, () => ({}));
    expect(sampler.suggest(context(plain, history))).toEqual(technique('random').suggest(context(plain, history)));
  });

  test('its sampler sees neither starts nor what was learned', () => {
    const seen: SuggestContext[] = [];
    const spy: Sampler = {
      suggest(context) {
        seen.push(context);
        return { optimizer: 'sgd', width: 0.25 };
      },
    };
    const history = trialsOf(3, () => ({ attributes: { learned: { rate: 0.1 } } }));
    const config = withGradientStarts(spy).suggest(context(space, history));
    expect(config).toMatchObject({ optimizer: 'sgd', width: 0.25, hypergradient: 'online' });
    expect(Object.keys(config!)).toEqual(['optimizer', 'width', 'rate', 'decay', 'momentum', 'hypergradient']);
    expect(seen[0]!.space.params.map(({ name }) => name)).toEqual(['optimizer', 'width']);
    expect(seen[0]!.history.map(({ config }) => config)).toEqual(
      [0, 0.001, 0.002].map(width => ({ optimizer: 'adam', width })),
    );
  });
});

describe('starts', () => {
  const near = (configs: readonly Config[], name: string, at: number): number =>
    configs.filter(config => Math.abs(unitOf(config, name) - at) < 0.15).length / configs.length;
  const learned = { learned: { rate: 0.1, decay: 0.9 } };

  test('are uniform while fewer than eight tuned trials completed', () => {
    const tuned = trialsOf(7, () => ({ attributes: learned }));
    const others = [
      complete(7, { ...tuned[0]!.config, hypergradient: 'off' }, 0, learned),
      { ...complete(8, { ...tuned[0]!.config, width: 0.9 }, 0, learned), state: 'pruned' as const },
    ];
    const configs = many([...tuned, ...others]);
    // The unit interval from 0.6 to 0.9.
    expect(near(configs, 'rate', 0.75)).toBeCloseTo(0.3, 1);
    expect(near(configs, 'decay', 0.25)).toBeCloseTo(0.3, 1);
  });

  test('are then near what good trials learned, in half of the trials', () => {
    const configs = many(
      trialsOf(8, id => ({ attributes: id < 2 ? learned : { learned: { rate: 1e-4, decay: 0.1 } } })),
    );
    // Within 1.5 standard deviations are 87 % of a normal distribution; the upper end holds what would lie beyond.
    const expected = 0.5 * 0.866 + 0.5 * 0.3;
    expect(Math.abs(near(configs, 'rate', 0.75) - expected)).toBeLessThan(0.08);
    const both = configs.filter(
      config => Math.abs(unitOf(config, 'rate') - 0.75) < 0.15 && unitOf(config, 'decay') > 0.75,
    );
    expect(both.length / configs.length).toBeGreaterThan(0.4);
    // What bad ones learned attracts nobody.
    expect(near(configs, 'rate', 0.05)).toBeLessThan(0.15);
  });

  test('come from the same kind of structure where a good trial has it', () => {
    const history = trialsOf(40, id => ({
      config: { optimizer: id % 2 ? 'sgd' : 'adam' },
      attributes: { learned: id % 2 ? { rate: 1 } : { rate: 1e-4 } },
    }));
    const configs = many(history);
    for (const [kind, at] of [
      ['sgd', 1],
      ['adam', 0],
    ] as const) {
      const same = configs.filter(({ optimizer }) => optimizer === kind);
      expect(near(same, 'rate', at)).toBeGreaterThan(0.4);
      expect(near(same, 'rate', 1 - at)).toBeLessThan(0.2);
    }
  });

  test('come from another kind where no good trial has it; values that it does not know are uniform', () => {
    const history = trialsOf(40, () => ({ attributes: { learned: { rate: 1 } } }));
    const sgd = many(history).filter(({ optimizer }) => optimizer === 'sgd');
    expect(near(sgd, 'rate', 1)).toBeGreaterThan(0.4);
    expect(near(sgd, 'momentum', 0.15)).toBeLessThan(0.45);
  });
});

describe('the end of a finite structure', () => {
  const small = defineSpace({
    kind: { type: 'categorical', choices: ['a', 'b', 'plain'] },
    rate: { ...rate, when: { kind: ['a', 'b'] } },
    hypergradient: mode,
  });

  test.each(Object.keys(samplers) as (keyof typeof samplers)[])('%s: good structures begin again elsewhere', name => {
    const composed = withGradientStarts(technique(name));
    const history = [complete(0, defaultConfig(small), 1)];
    while (history.length < 30) {
      const id = history.length;
      const config = composed.suggest(context(small, history))!;
      history.push(complete(id, config, config['kind'] === 'a' ? 1 : 2));
    }
    expect(new Set(history.map(({ config }) => canonical(config))).size).toBe(30);
    const kinds = history.map(({ config }) => config['kind']);
    expect(kinds.filter(kind => kind === 'plain')).toHaveLength(1);
    expect(kinds.filter(kind => kind === 'b')).toHaveLength(1);
  });

  test('a space of tuned parameters alone has no end', () => {
    const only = defineSpace({ rate, hypergradient: mode });
    const history = [complete(0, defaultConfig(only), 1)];
    while (history.length < 20) history.push(complete(history.length, sampler.suggest(context(only, history))!, 1));
    expect(new Set(history.map(({ config }) => config['rate'])).size).toBeGreaterThan(15);
  });

  test('nothing is left where no structure has tuned parameters of its own', () => {
    const named = defineSpace({ rate: { ...rate, step: 10 }, hypergradient: mode }, { constraints: ['rate < 0.5'] });
    const history = [complete(0, defaultConfig(named), 1)];
    for (let config; (config = sampler.suggest(context(named, history)));)
      history.push(complete(history.length, config, 1));
    const values = history.map(({ config }) => config['rate'] as number);
    expect(values.toSorted((a, b) => a - b)).toEqual([1e-4, 1e-3, 1e-2, 0.1]);
  });
});

/** Any space, with float parameters tuned by the gradient. */
const tunedSpaces = spaces.map(({ params, constraints }): Space => {
  const tuned = params.map((param): Param => (param.type === 'float' ? { ...param, tune: 'gradient' } : param));
  return { params: [...tuned, { ...mode, name: 'hypergradient' }], constraints };
});

test('in any space: legal and pure, starts and repeats', () => {
  const modes = new Set<unknown>();
  fc.assert(
    fc.property(tunedSpaces, fc.nat(2 ** 31), (space, seed) => {
      const { tuned } = partsOf(space)!;
      const history = [complete(0, defaultConfig(space), 0)];
      while (history.length < 30) {
        const config = sampler.suggest(context(space, history, history.length, seed));
        expect(sampler.suggest(context(space, [...history], history.length, seed))).toEqual(config);
        if (!config) break;
        expect(flawOf(space, config)).toBeUndefined();
        modes.add(config['hypergradient']);
        const rng = createRng(seed, 'outcome', history.length);
        const numbers = (): Record<string, number> =>
          Object.fromEntries(tuned.filter(({ name }) => name in config).map(({ name }) => [name, rng.normal()]));
        const attributes = { learned: numbers(), hypergradient: numbers() };
        history.push(complete(history.length, config, rng.normal(), attributes));
      }
    }),
    { numRuns: 40 },
  );
  expect(modes).toEqual(new Set(['online', 'restart', 'off']));
});
