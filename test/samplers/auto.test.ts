/** Which sampler answers where; that its choices are good is shown by `npm run bench -- search`. */
import { describe, expect, test } from 'vitest';
import { auto } from '../../src/samplers/auto.ts';
import { cmaes } from '../../src/samplers/cmaes.ts';
import { gp } from '../../src/samplers/gp.ts';
import { random } from '../../src/samplers/random.ts';
import type { SamplerTechnique } from '../../src/samplers/sampler.ts';
import { sobol } from '../../src/samplers/sobol.ts';
import { tpe } from '../../src/samplers/tpe.ts';
import { defineSpace } from '../../src/space/define-space.ts';
import type { Space } from '../../src/space/space.ts';
import type { SuggestContext } from '../../src/study/ports.ts';
import { createRng } from '../../src/study/rng.ts';
import type { Trial, TrialState } from '../../src/study/trial.ts';
import { mixed } from '../study/spaces.ts';

const unit = { type: 'float', low: 0, high: 1 } as const;
const letters = { type: 'categorical', choices: ['a', 'b', 'c', 'd'] } as const;
const numbers = defineSpace({ x: unit, y: unit, n: { type: 'int', low: 1, high: 100, log: true } });

/** With some unordered values, and with no others. */
const few = defineSpace({ x: unit, y: unit, z: unit, kind: letters, deep: { type: 'boolean' } });
const digits = { type: 'categorical', choices: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] } as const;
const many = defineSpace({ kind: letters, first: digits, second: digits, third: digits });
const eight = defineSpace(Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`x${index}`, unit])));

type Change = (id: number) => Partial<Trial>;

/** Random trials, all of them complete unless changed. */
function trialsOf(space: Space, count: number, change: Change = () => ({})): readonly Trial[] {
  return Array.from({ length: count }, (_, id) => {
    const rng = createRng(5, id);
    const config = random.create({}).suggest({ space, history: [], trial: id, seed: 5, rng })!;
    const base = {
      id,
      state: 'complete' as TrialState,
      attempt: 1,
      config,
      value: createRng(6, id).normal(),
      curve: [],
    };
    return { ...base, startedAt: '', ...change(id) };
  });
}

function answer(
  technique: SamplerTechnique,
  knobs: unknown,
  space: Space,
  history: readonly Trial[],
  planned?: number,
) {
  const trial = history.length;
  const context: SuggestContext = { space, history, trial, seed: 1, rng: createRng(1, 'sampler', trial) };
  const asked = planned === undefined ? context : { ...context, planned };
  return JSON.stringify(technique.create(technique.knobs.parse(knobs)).suggest(asked));
}

/** The names of those that would have answered the same. */
function whoAnswers(space: Space, history: readonly Trial[], planned?: number): readonly string[] {
  const own = answer(auto, {}, space, history, planned);
  const others = { sobol: answer(sobol, {}, space, history), gp: answer(gp, { startupTrials: 1 }, space, history), tpe: answer(tpe, {}, space, history), cmaes: answer(cmaes, { startupTrials: 200, sigma: 0.05 }, space, history) }; // prettier-ignore
  return Object.entries(others).flatMap(([name, theirs]) => (theirs === own ? [name] : []));
}

/** Who answers after each of these numbers of trials. */
function turns(space: Space, counts: readonly number[], change?: Change): readonly string[] {
  return counts.flatMap(count => whoAnswers(space, trialsOf(space, count, change)));
}

describe('the first trials', () => {
  test('are a Sobol sequence: one more than coordinates that a configuration has, 10 at most', () => {
    expect(turns(numbers, [1, 3, 4])).toEqual(['sobol', 'sobol', 'gp']);
    expect(turns(eight, [5, 8, 9])).toEqual(['sobol', 'sobol', 'gp']);
    expect(turns(few, [7, 8])).toEqual(['sobol', 'gp']);
    expect(turns(many, [7, 8, 9, 10])).toEqual(['sobol', 'sobol', 'sobol', 'gp']);
  });

  test('are 10 before TPE', () => {
    expect(turns(mixed, [1, 5, 9, 10])).toEqual(['sobol', 'sobol', 'sobol', 'tpe']);
  });

  test('are a quarter of those that are planned at most, but 4 at least', () => {
    const at = (count: number, planned: number) => whoAnswers(eight, trialsOf(eight, count), planned);
    expect([4, 5].map(count => at(count, 20))).toEqual([['sobol'], ['gp']]);
    expect([3, 4].map(count => at(count, 8))).toEqual([['sobol'], ['gp']]);
    expect([8, 9].map(count => at(count, 1000))).toEqual([['sobol'], ['gp']]);
  });

  test('do not count before they have finished', () => {
    const change: Change = id => (id < 5 ? { state: 'running' } : id < 8 ? { state: 'failed' } : {});
    expect(turns(eight, [13], change)).toEqual(['sobol']);
    expect(turns(eight, [14], change)).toEqual(['gp']);
  });
});

test('a Gaussian process, then TPE in turn with it, then TPE more and more', () => {
  for (const space of [numbers, few, many]) {
    expect(turns(space, [12, 18, 23])).toEqual(['gp', 'gp', 'gp']);
    expect(turns(space, [25, 26, 60, 61])).toEqual(['tpe', 'gp', 'gp', 'tpe']);
    expect(turns(space, [100, 101, 102, 103])).toEqual(['gp', 'tpe', 'tpe', 'tpe']);
  }
});

test('of many trials CMA-ES for numbers, TPE for others', () => {
  expect(turns(numbers, [199, 200, 204, 1000])).toEqual(['tpe', 'cmaes', 'cmaes', 'cmaes']);
  expect(turns(few, [200, 204])).toEqual(['tpe', 'tpe']);
});

test('TPE for conditional parameters and several objectives, pruned trials or not', () => {
  expect(turns(mixed, [12, 20, 21])).toEqual(['tpe', 'tpe', 'tpe']);
  expect(turns(numbers, [12, 20], id => (id % 3 ? {} : { state: 'pruned' }))).toEqual(['gp', 'gp']);
  expect(turns(numbers, [12, 20], id => ({ values: [id, -id] }))).toEqual(['tpe', 'tpe']);
});
