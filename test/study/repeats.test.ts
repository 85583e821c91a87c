/** Noisy objectives: which configurations are tried again, which one is the best, and what that is worth. */
import { describe, expect, test } from 'vitest';
import { random } from '../../src/samplers/random.ts';
import { grid } from '../../src/samplers/grid.ts';
import { defineSpace } from '../../src/space/define-space.ts';
import type { Config } from '../../src/space/space.ts';
import type { Pruner } from '../../src/study/ports.ts';
import { createRng } from '../../src/study/rng.ts';
import type { StudyOptions } from '../../src/study/study.ts';
import { counting, makeStudy } from './make-study.ts';

/** What a study tries one after the other; values by place. The sampler proposes the number of the trial. */
async function tried(values: readonly number[], options: Partial<StudyOptions>) {
  const study = await makeStudy({ sampler: counting, ...options });
  for (const value of values) await study.tell((await study.ask())!.id, value);
  return { study, configs: study.trials().map(({ config }) => config['x']) };
}

describe('the last fifth of the planned trials', () => {
  test('tries the best configuration again, until another one has a better mean', async () => {
    // Trials 0 to 7 are new: 50 is the default. Then the best of them twice, and the next one from there on.
    const { configs, study } = await tried([5, 4, 1, 6, 3, 7, 8, 9, 2, 6, 5], { planned: 10, repeats: 2 });
    expect(configs.slice(0, 8)).toEqual([50, 1, 2, 3, 4, 5, 6, 7]);
    expect(configs.slice(8)).toEqual([2, 2, 4]);
    // Three results with a mean of 3, although trial 4 alone has 3 too, and trial 10 makes it worse.
    expect(study.best()?.id).toBe(2);
    expect(
      study
        .ranked()
        .map(({ id }) => id)
        .slice(0, 4),
    ).toEqual([2, 8, 9, 1]);
  });

  test('leaves one that turns out worse', async () => {
    const { configs, study } = await tried([5, 4, 1, 6, 2, 7, 8, 9, 12, 2, 3], { planned: 10, repeats: 2 });
    expect(configs.slice(8)).toEqual([2, 4, 4]);
    expect(study.best()?.id).toBe(4);
  });

  test('counts those that still run', async () => {
    const study = await makeStudy({ planned: 10, repeats: 2 });
    for (let id = 0; id < 8; id++) {
      await study.ask();
      await study.tell(id, [5, 4, 1, 6, 2, 7, 8, 9][id]!);
    }
    const asked = [await study.ask(), await study.ask(), await study.ask()];
    expect(asked.map(trial => trial!.config['x'])).toEqual([2, 2, 4]);
  });
});

test('without a plan, a configuration is repeated once it is the best, until it has enough results', async () => {
  const values = [5, 4, 1, 6, 3, 7, 8, 9, 6, 7, 2, 3, 0, 9, 8];
  const { configs, study } = await tried(values, { repeats: 2 });
  // Trial 12 looks better than the mean of 2, and is not.
  expect(configs.slice(10)).toEqual([2, 2, 12, 12, 14]);
  expect(study.best()?.id).toBe(2);
});

test('one that is better by luck alone, and was never tried again, is not the best', async () => {
  const { study } = await tried([5, 4, 2, 6, 3, 7, 8, 9, 6, 7, 2, 2, 3, 1], { repeats: 2 });
  expect(study.trials()[13]).toMatchObject({ value: 1, config: { x: 13 } });
  expect(study.best()?.id).toBe(2);
  const plain = await tried([5, 4, 2, 6, 3, 1], { repeats: 0 });
  expect(plain.study.best()?.id).toBe(5);
});

test('what is left once a finite space was searched is for repeats', async () => {
  const space = defineSpace({ x: { type: 'int', low: 1, high: 3 } });
  const { configs } = await tried([5, 1, 4, 2, 1, 9, 9], {
    space,
    sampler: grid.create(grid.knobs.parse({})),
    planned: 100,
    repeats: 2,
  });
  expect(new Set(configs.slice(0, 3))).toEqual(new Set([1, 2, 3]));
  expect(configs.slice(3)).toEqual([configs[1], configs[1], configs[2], configs[0]]);
  const whole = await makeStudy({ space, sampler: grid.create(grid.knobs.parse({})) });
  for (let id = 0; id < 3; id++) await whole.tell((await whole.ask())!.id, 1);
  expect(await whole.ask()).toBeUndefined();
});

test('repeats are never pruned', async () => {
  const pruner: Pruner = { judge: () => 'stop' };
  const study = await makeStudy({ planned: 4, repeats: 1, pruner });
  const verdicts: string[] = [];
  for (let id = 0; id < 4; id++) {
    await study.ask();
    verdicts.push(await study.report(id, { step: 1, value: id }));
    await study.tell(id, id);
  }
  expect(study.trials().map(({ config }) => config['x'])).toEqual([50, 1, 2, 50]);
  expect(verdicts).toEqual(['stop', 'stop', 'stop', 'continue']);
});

describe('at equal trials', () => {
  const names = ['a', 'b', 'c', 'd'];
  const space = defineSpace(Object.fromEntries(names.map(name => [name, { type: 'float', low: 0, high: 1 }] as const)));
  const truth = (config: Config): number =>
    names.reduce((sum, name, index) => sum + ((config[name] as number) - 0.2 - 0.15 * index) ** 2, 0);

  /** What the best configuration of a study is worth without the noise. */
  async function worth(seed: number, deviation: number, repeats: number): Promise<number> {
    const study = await makeStudy({ space, sampler: random.create({}), seed, planned: 50, repeats });
    const noise = createRng(seed, 'noise');
    for (let id = 0; id < 50; id++) {
      const { config } = (await study.ask())!;
      await study.tell(id, truth(config) + deviation * noise.normal());
    }
    return truth(study.best()!.config);
  }

  // Without repeats it is worth 0.11 and 0.20 on average, and 0.06 with little noise, where the fifth that repeats is lost.
  test.each([
    [0.1, 4, 0.01],
    [0.3, 2, 0.02],
    [0.01, 4, -0.005],
  ])('the best is better in truth with noise of %f and %i repeats', async (deviation, repeats, least) => {
    let gain = 0;
    const seeds = 150;
    for (let seed = 0; seed < seeds; seed++)
      gain += ((await worth(seed, deviation, 0)) - (await worth(seed, deviation, repeats))) / seeds;
    expect(gain).toBeGreaterThan(least);
  });
});
