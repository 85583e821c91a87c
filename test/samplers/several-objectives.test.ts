/** How much of the space of two losses samplers come to dominate that weigh both, beside random search. */
import { expect, test } from 'vitest';
import { samplers } from '../../src/samplers/index.ts';
import type { SamplerTechnique } from '../../src/samplers/sampler.ts';
import { defineSpace } from '../../src/space/define-space.ts';
import type { Config } from '../../src/space/space.ts';
import { memoryStorage } from '../../src/storage/memory.ts';
import { hypervolume } from '../../src/study/pareto.ts';
import type { Sampler } from '../../src/study/ports.ts';
import { makeStudy } from '../study/make-study.ts';

const names = ['x0', 'x1', 'x2', 'x3', 'x4', 'x5'];
const space = defineSpace(Object.fromEntries(names.map(name => [name, { type: 'float', low: 0, high: 1 }] as const)));

/** ZDT1 (Zitzler, Deb & Thiele 2000, https://doi.org/10.1162/106365600568202): its front is f2 = 1 - sqrt(f1), where all but x0 are 0. */
function zdt1(config: Config): readonly [number, number] {
  const [first, ...others] = names.map(name => config[name] as number);
  const g = 1 + (9 * others.reduce((sum, x) => sum + x, 0)) / others.length;
  return [first!, g * (1 - Math.sqrt(first! / g))];
}

/** After 80 trials; the study maximizes the negation of the second loss. */
async function dominated(sampler: Sampler, seed: number): Promise<number> {
  const directions = ['minimize', 'maximize'] as const;
  const study = await makeStudy({ space, sampler, seed, directions, storage: memoryStorage() });
  for (let id = 0; id < 80; id++) {
    const [f1, f2] = zdt1((await study.ask())!.config);
    await study.tell(id, [f1, -f2]);
  }
  return hypervolume(
    study.front().map(({ values }) => [values![0]!, -values![1]!]),
    [1.1, 8],
  );
}

const seeds = [0, 1, 2, 3, 4, 5];

async function meanOf(name: keyof typeof samplers): Promise<number> {
  const technique: SamplerTechnique = samplers[name];
  let sum = 0;
  for (const seed of seeds) sum += await dominated(technique.create(technique.knobs.parse({})), seed);
  return sum / seeds.length;
}

test('tpe dominates more than random search on average', async () => {
  // Optuna 5.0.0's TPESampler has 7.27 after 80 trials with its defaults, its RandomSampler 6.50 (8 seeds).
  expect(await meanOf('tpe')).toBeGreaterThan((await meanOf('random')) + 0.5);
});
