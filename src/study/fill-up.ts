/** Makes a whole configuration of one that was enqueued in part. */
import { completeConfig } from '../space/complete-config.ts';
import { isFeasible } from '../space/is-feasible.ts';
import { fromUnit } from '../space/scale.ts';
import type { Config, Space } from '../space/space.ts';
import type { Rng } from './rng.ts';

/** Draws in search of values that satisfy the constraints together with those that are given. */
const maxDraws = 1000;

/**
 * Values of the others come from the proposal; what it lacks, as the given ones make other parameters active, is drawn at
 * random, and so is everything where the constraints do not hold otherwise.
 *
 * @param given possible values
 * @returns undefined when no whole configuration with these values was found, whatever is proposed
 */
export function fillUp(space: Space, given: Config, proposed: Config, rng: Rng): Config | undefined {
  for (let draw = 0; draw <= maxDraws; draw++) {
    const known = draw === 0 ? { ...proposed, ...given } : given;
    // What is drawn here does not depend on the proposal: whether there is an answer is known when it is enqueued.
    const config = drawMissing(space, known, rng.fork(draw));
    if (isFeasible(space, config)) return config;
  }
  return undefined;
}

/** A value at random for each active parameter that has none. */
export function drawMissing(space: Space, known: Config, rng: Rng): Config {
  return completeConfig(space, param =>
    Object.hasOwn(known, param.name) ? known[param.name]! : fromUnit(param, rng.uniform()),
  );
}
