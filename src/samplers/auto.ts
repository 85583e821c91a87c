/**
 * The sampler to begin with. No method is the best one everywhere (`npm run bench -- search`), so that which one proposes a
 * trial depends on the space and on how many trials have finished:
 *
 * - numbers: a Gaussian process, which knows soonest where a smooth valley leads; then TPE in turn with it, since one that
 *   has settled in a wrong valley stays there; of many trials TPE alone, since what a Gaussian process asks for grows;
 * - mostly unordered values, conditional parameters, several objectives, studies whose trials are pruned: TPE.
 *
 * The first trials are a Sobol sequence.
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
  summary: 'picks by space and history: a Gaussian process, TPE, or both in turn',
  knobs: z.strictObject({}),
  create() {
    // A Gaussian process spreads the first trials, as many as it is told to.
    const methods = {
      spread: gp.create({ startupTrials: Infinity }),
      gp: gp.create({ startupTrials: 1 }),
      tpe: usual(tpe),
    };
    return { suggest: context => methods[methodFor(context)].suggest(context) };
  },
});

function usual(technique: SamplerTechnique): Sampler {
  return technique.create(technique.knobs.parse({}));
}

/** Finished trials before any method has something to learn from: a quarter of a short study. */
function spreadTrials(planned = Infinity): number {
  return Math.min(10, Math.max(4, Math.round(planned / 4)));
}
/** Before TPE takes turns with the Gaussian process: at first every second one, then three of four. */
const alone = 20;
const halfOf = 100;
/** Where the cost of the Gaussian process is no longer worth it. */
const mostForGp = 300;
/** Share of pruned trials from which on values of complete ones are too few. */
const pruned = 0.25;

function methodFor({ space, history, trial, planned }: SuggestContext): 'spread' | 'gp' | 'tpe' {
  const finished = history.filter(isFinished);
  const count = finished.length;
  if (count < spreadTrials(planned)) return 'spread';
  const isPruning = finished.filter(({ state }) => state === 'pruned').length > pruned * count;
  const hasSeveral = finished.some(({ values }) => values !== undefined);
  if (isPruning || hasSeveral || !isNumeric(space) || count >= mostForGp) return 'tpe';
  const turn = count < alone ? 1 : count < halfOf ? 2 : 4;
  return trial % turn === 0 ? 'gp' : 'tpe';
}

/** Whether all parameters are always active, and no more than half of them unordered. */
function isNumeric({ params }: Space): boolean {
  const free = params.filter(param => countValues(param) > 1);
  return free.every(({ when }) => !when) && 2 * free.filter(isUnordered).length <= free.length;
}

/** Two values always have an order. */
function isUnordered(param: Param): boolean {
  return param.type === 'categorical' && param.choices.length > 2;
}
