/**
 * Independent random configurations, each parameter uniform on its search scale.
 * Bergstra & Bengio 2012, "Random search for hyper-parameter optimization", JMLR 13.
 */
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { TuneError } from '../errors.ts';
import { textOf } from '../space/config-text.ts';
import { decode } from '../space/decode.ts';
import { isFeasible } from '../space/is-feasible.ts';
import type { Config, Space } from '../space/space.ts';
import { column, type Column } from '../study/column.ts';
import type { SuggestContext } from '../study/ports.ts';
import { configurationsOf } from './finite.ts';
import { sampler } from './sampler.ts';
import { usedTexts } from './used.ts';

/** Draws in search of a configuration that satisfies the constraints. */
const maxDraws = 10_000;
/** Draws of an earlier configuration, after which the unused ones are looked up. */
const maxRepeats = 20;

export const random = sampler({
  name: 'random',
  summary: 'independent random configurations',
  paper: 'https://jmlr.org/papers/v13/bergstra12a.html',
  knobs: z.strictObject({}),
  create: () => ({ suggest }),
});

function suggest(context: SuggestContext): Config | undefined {
  const { space, history, rng } = context;
  let repeated: Config | undefined;
  let repeats = 0;
  for (let draw = 0; draw < maxDraws && repeats < maxRepeats; draw++) {
    const point = space.params.map(rng.uniform);
    const config = decode(space, point);
    if (!isFeasible(space, config)) continue;
    if (!isUsed(context, config)) return config;
    repeated = config;
    repeats += 1;
  }
  const all = configurationsOf(space);
  if (all && all.length > 0) {
    const used = usedTexts(history);
    const unused = all.filter(config => !used.has(textOf(config)));
    return unused[rng.int(Math.max(1, unused.length))];
  }
  if (repeated) return repeated;
  throw new TuneError('SPACE_EXHAUSTED', `none of ${maxDraws} random configurations satisfies the constraints`);
}

/** Sums of the texts of configurations, for each space. */
const sums = new WeakMap<Space, Column<number>>();

function isUsed({ space, history }: SuggestContext, config: Config): boolean {
  const sumsOf = sums.get(space) ?? column(trial => crc32(textOf(trial.config)));
  sums.set(space, sumsOf);
  const used = sumsOf(history);
  const sum = crc32(textOf(config));
  // Different ones may have the same sum.
  for (let place = used.indexOf(sum); place !== -1; place = used.indexOf(sum, place + 1))
    if (textOf(history[place]!.config) === textOf(config)) return true;
  return false;
}
