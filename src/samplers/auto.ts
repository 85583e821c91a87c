/**
 * The sampler to begin with. No method is the best one everywhere (`npm run bench -- search`), so that which one proposes a
 * trial depends on the space and on how many trials have finished or are planned:
 *
 * - the first trials are a Sobol sequence;
 * - then a Gaussian process, which knows soonest where the good configurations are;
 * - then TPE in turn with it, since a Gaussian process that has settled in a wrong valley stays there;
 * - of many trials TPE alone, since the work of a Gaussian process grows with their cube; or, for numbers, CMA-ES, which
 *   begins about the best of them;
 * - TPE from the start for conditional parameters and several objectives.
 *
 * Pruned trials need no other method: a Gaussian process takes their last value, which is worse than what they would have
 * come to, and on learning curves it needs fewer epochs than TPE, to which a pruned trial is just a bad one.
 */
import { z } from 'zod';
import { countValues } from '../space/scale.ts';
import type { Param } from '../space/space.ts';
import type { Sampler, SuggestContext } from '../study/ports.ts';
import { createCmaes } from './cmaes-search.ts';
import { gp } from './gp.ts';
import { sampler } from './sampler.ts';
import { isFinished } from './split-trials.ts';
import { tpe } from './tpe.ts';

export const auto = sampler({
  name: 'auto',
  summary: 'picks by space and history: a Gaussian process, TPE, both in turn, or CMA-ES',
  knobs: z.strictObject({}),
  create() {
    const parzen = tpe.create(tpe.knobs.parse({}));
    const methods: Record<Method, Sampler> = {
      // A Gaussian process spreads the first trials, as many as it is told to.
      spread: gp.create({ startupTrials: Infinity }),
      gp: gp.create({ startupTrials: 1 }),
      tpe: parzen,
      cmaes: createCmaes({ startupTrials: many, sigma: 0.05 }, parzen),
    };
    return { suggest: context => methods[methodFor(context)].suggest(context) };
  },
});

type Method = 'spread' | 'gp' | 'tpe' | 'cmaes';

/** Finished trials that TPE needs to tell good places from bad ones. */
const fewestForTpe = 10;
/** Before TPE takes turns with the Gaussian process: at first every second one, then three of four. */
const alone = 25;
const halfOf = 100;
/** Where the Gaussian process has done its part. */
const many = 200;

function methodFor({ space, history, trial, planned = Infinity }: SuggestContext): Method {
  const finished = history.filter(isFinished);
  const count = finished.length;
  const free = space.params.filter(param => countValues(param) > 1);
  const hasSeveral = finished.some(({ values }) => values !== undefined);
  if (hasSeveral || free.some(({ when }) => when)) return count < fewestForTpe ? 'spread' : 'tpe';
  if (count < Math.max(4, Math.min(freedomOf(free) + 1, 10, Math.round(planned / 4)))) return 'spread';
  if (count < alone) return 'gp';
  if (count < many) return trial % (count < halfOf ? 2 : 4) === 0 ? 'gp' : 'tpe';
  return free.every(({ type }) => type === 'float' || type === 'int') ? 'cmaes' : 'tpe';
}

/** How many numbers say where in a space a configuration is: one for each choice but the first. */
function freedomOf(params: readonly Param[]): number {
  return params.reduce((sum, param) => sum + (param.type === 'categorical' ? param.choices.length - 1 : 1), 0);
}
