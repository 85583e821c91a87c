/**
 * A scrambled Sobol sequence: trial n gets the n-th point, whatever the earlier trials gave. Points that break the
 * constraints, and repeats where few parameters are continuous, are passed over. See sobol-sequence.ts.
 */
import { z } from 'zod';
import { TuneError } from '../errors.ts';
import { textOf } from '../space/config-text.ts';
import { decode } from '../space/decode.ts';
import { defaultConfig } from '../space/default-config.ts';
import { isFeasible } from '../space/is-feasible.ts';
import type { Config, Space } from '../space/space.ts';
import { createRng } from '../study/rng.ts';
import { configurationsOf } from './finite.ts';
import { sampler } from './sampler.ts';
import { owenScramble, sobol32, sobolDimensions } from './sobol-sequence.ts';

/** Points passed over in a row before the search for another one ends. */
const maxPasses = 10_000;

export const sobol = sampler({
  name: 'sobol',
  summary: 'a scrambled Sobol sequence: spread more evenly than random configurations',
  paper: 'https://doi.org/10.1137/070709359',
  knobs: z.strictObject({}),
  create() {
    // A cache alone: what it holds is a function of space and seed.
    const walks = new WeakMap<Space, Map<number, Walk>>();
    return {
      suggest({ space, seed, trial }) {
        const bySeed = walks.get(space) ?? new Map<number, Walk>();
        walks.set(space, bySeed);
        const walk = bySeed.get(seed) ?? walkSequence(space, seed);
        bySeed.set(seed, walk);
        return walk(trial);
      },
    };
  },
});

/** The configuration of a trial; undefined beyond the last one. */
type Walk = (trial: number) => Config | undefined;

function walkSequence(space: Space, seed: number): Walk {
  const pointAt = scrambledSobol(space.params.length, seed);
  const accepted = [defaultConfig(space)];
  const used = new Set(accepted.map(textOf));
  let next = 0;

  const isFresh = (config: Config): boolean => !used.has(textOf(config));
  /** The next acceptable configuration of the sequence, or else any that is left. */
  const findNext = (): Config | undefined => {
    let hasRepeated = false;
    for (let index = next; index < next + maxPasses; index++) {
      const config = decode(space, pointAt(index));
      if (!isFeasible(space, config)) continue;
      if (!isFresh(config)) {
        hasRepeated = true;
        continue;
      }
      next = index + 1;
      return config;
    }
    const all = configurationsOf(space);
    if (all || hasRepeated) return all?.find(isFresh);
    throw new TuneError('SPACE_EXHAUSTED', `none of ${maxPasses} points in a row satisfies the constraints`);
  };

  return trial => {
    while (accepted.length <= trial) {
      const config = findNext();
      if (!config) return undefined;
      accepted.push(config);
      used.add(textOf(config));
    }
    return accepted[trial];
  };
}

/** Points of the unit cube by index. Dimensions beyond the table are random. */
function scrambledSobol(dimensions: number, seed: number): (index: number) => Float64Array {
  const scramble = createRng(seed, 'sobol');
  const seeds = Uint32Array.from({ length: Math.min(dimensions, sobolDimensions) }, () => scramble.int(2 ** 32));
  return index => {
    return Float64Array.from({ length: dimensions }, (_, dimension) => {
      const key = seeds[dimension];
      if (key === undefined) return createRng(seed, 'sobol', index, dimension).uniform();
      return owenScramble(sobol32(index, dimension), key) / 2 ** 32;
    });
  };
}
