/** Configurations that stand for a whole space: all of them where they are few, else its corners and a random sample. */
import { configurationsOf } from '../samplers/finite.ts';
import { decode } from '../space/decode.ts';
import { defaultConfig } from '../space/default-config.ts';
import { isFeasible } from '../space/is-feasible.ts';
import { canonical } from '../space/json.ts';
import type { Config, Space } from '../space/space.ts';
import { createRng } from '../study/rng.ts';

export interface Looks {
  /** Each satisfies conditions and constraints, and none is there twice. */
  readonly configs: readonly Config[];
  /** Whether there are no others. */
  readonly isWhole: boolean;
}

/** Of corners, and of random points. */
const most = 256;

export function configsToLookAt(space: Space, seed: number): Looks {
  const all = configurationsOf(space);
  if (all && all.length <= 2 * most) return { configs: all, isWhole: true };
  const rng = createRng(seed, 'inspect');
  const points = [...corners(space.params.length, rng.uniform), ...sample(space.params.length, rng.uniform)];
  const configs = [defaultConfig(space), ...points.map(point => decode(space, point))];
  const distinct = new Map(configs.map(config => [canonical(config), config]));
  return { configs: [...distinct.values()].filter(config => isFeasible(space, config)), isWhole: false };
}

/** All corners of the unit cube; of one with many sides the two outermost and random others. */
function corners(sides: number, uniform: () => number): number[][] {
  const point = (at: (side: number) => number): number[] => Array.from({ length: sides }, (_, side) => at(side));
  if (2 ** sides <= most)
    return Array.from({ length: 2 ** sides }, (_, corner) => point(side => Math.floor(corner / 2 ** side) % 2));
  const others = Array.from({ length: most - 2 }, () => point(() => Math.round(uniform())));
  return [point(() => 0), point(() => 1), ...others];
}

function sample(sides: number, uniform: () => number): number[][] {
  return Array.from({ length: most }, () => Array.from({ length: sides }, uniform));
}
