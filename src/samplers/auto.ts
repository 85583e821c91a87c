/**
 * The sampler to begin with. No method is the best one everywhere (`npm run bench -- search`), so that which one proposes a
 * trial depends on the space and on how many trials have finished or are planned:
 *
 * - the first trials are a Sobol sequence;
 * - then a Gaussian process, which knows soonest where the good configurations are;
 * - for numbers, TPE in turn with it, since a Gaussian process that has settled in a wrong valley stays there; of many
 *   trials TPE alone, since the work of the other grows with their cube;
 * - for mostly unordered values TPE alone from then on;
 * - TPE from the start for conditional parameters and several objectives.
 *
 * Pruned trials need no other method: a Gaussian process takes their last value, which is worse than what they would have
 * come to, and on learning curves it needs fewer epochs than TPE, to which a pruned trial is just a bad one.
 */
import { z } from 'zod';
import { countValues } from '../space/scale.ts';
import type { Param } from '../space/space.ts';
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

/** Finished trials that TPE needs to tell good places from bad ones. */
const fewestForTpe = 10;
/** Before TPE takes turns with the Gaussian process: at first every second one, then three of four. */
const alone = 25;
const halfOf = 100;
/** Where the cost of the Gaussian process is no longer worth it. */
const mostForGp = 300;

function methodFor({ space, history, trial, planned = Infinity }: SuggestContext): 'spread' | 'gp' | 'tpe' {
  const finished = history.filter(isFinished);
  const count = finished.length;
  const free = space.params.filter(param => countValues(param) > 1);
  const hasSeveral = finished.some(({ values }) => values !== undefined);
  if (hasSeveral || free.some(({ when }) => when)) return count < fewestForTpe ? 'spread' : 'tpe';
  if (count < Math.max(4, Math.min(free.length + 1, 10, Math.round(planned / 4)))) return 'spread';
  if (count < alone) return 'gp';
  if (2 * free.filter(isUnordered).length > free.length || count >= mostForGp) return 'tpe';
  return trial % (count < halfOf ? 2 : 4) === 0 ? 'gp' : 'tpe';
}

/** Two values always have an order. */
function isUnordered(param: Param): boolean {
  return param.type === 'categorical' && param.choices.length > 2;
}
