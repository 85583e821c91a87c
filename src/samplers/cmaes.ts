/**
 * CMA-ES for numbers that are always active; another sampler chooses the other parameters, as in Optuna. Values with a step
 * keep a margin (cmaes-margin.ts). The maths is in cmaes-update.ts, what becomes of the trials in cmaes-evolution.ts.
 */
import { z } from 'zod';
import { chooseOne } from '../space/technique.ts';
import { createCmaes } from './cmaes-search.ts';
import { samplers } from './index.ts';
import { sampler, type SamplerTechnique } from './sampler.ts';

const knobs = z.strictObject({
  startupTrials: z
    .int()
    .min(0)
    .max(100_000)
    .default(1)
    .describe('finished trials, the best of which is where the search begins'),
  sigma: z
    .number()
    .min(1e-6)
    .max(1)
    .default(1 / 6)
    .describe('standard deviation at first, as a share of each range'),
  population: z.int().min(2).max(10_000).optional().describe('samples of a generation; default: 4 + 3 ln(parameters)'),
  independent: chooseOne('sampler', otherSamplers)
    .prefault('random' as never)
    .describe('what proposes the values of all other parameters'),
});

export const cmaes: SamplerTechnique = sampler({
  name: 'cmaes',
  summary: 'CMA-ES: a normal distribution that follows the better half of its samples; for many trials of numbers',
  paper: 'https://arxiv.org/abs/1604.00772, https://arxiv.org/abs/2205.13482',
  knobs,
  create: ({ independent, ...options }) => createCmaes(options, independent.technique.create(independent.knobs)),
});

function otherSamplers(): Record<string, SamplerTechnique> {
  const { cmaes: _, gradient: __, ...others } = samplers;
  return others;
}
