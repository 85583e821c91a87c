/**
 * The sampler to begin with: which method proposes a trial depends on the space, on how many trials have finished and on how
 * many are planned. No method is the best one everywhere (bench/results/search.md has the figures behind these rules):
 *
 * - a Gaussian process for numbers and a few categories, as long as trials are few;
 * - TPE for conditional parameters, mostly unordered values, several objectives, studies whose trials are pruned;
 * - CMA-ES once a long search of numbers has many trials, begun about the best of them.
 */
import { z } from 'zod';
import { countValues } from '../space/scale.ts';
import type { Param, Space } from '../space/space.ts';
import type { Sampler, SuggestContext } from '../study/ports.ts';
import { gp } from './gp.ts';
import { sampler, type SamplerTechnique } from './sampler.ts';
import { isFinished } from './split-trials.ts';
import { tpe } from './tpe.ts';

export const auto = sampler({
  name: 'auto',
  summary: 'picks by space, budget and history: a Gaussian process, TPE or CMA-ES',
  knobs: z.strictObject({}),
  create() {
    const methods = { gp: usual(gp), tpe: usual(tpe) };
    return { suggest: context => methods[methodFor(context)].suggest(context) };
  },
});

function usual(technique: SamplerTechnique): Sampler {
  return technique.create(technique.knobs.parse({}));
}

/** Trials that a Gaussian process learns from while asks stay cheap. */
const mostForGp = 200;

export function methodFor({ space, history }: Pick<SuggestContext, 'space' | 'history'>): 'gp' | 'tpe' {
  const finished = history.filter(isFinished);
  const hasSeveralObjectives = history.some(({ values }) => values !== undefined);
  const isPruning = finished.filter(({ state }) => state === 'pruned').length > finished.length / 4;
  if (hasSeveralObjectives || isPruning || !isMostlyNumeric(space)) return 'tpe';
  return finished.length < mostForGp ? 'gp' : 'tpe';
}

/** Whether most parameters have an order, and all of them are always active. */
function isMostlyNumeric({ params }: Space): boolean {
  const free = params.filter(param => countValues(param) > 1);
  return free.every(({ when }) => !when) && free.filter(isUnordered).length <= free.length / 2;
}

function isUnordered({ type }: Param): boolean {
  return type === 'categorical';
}
