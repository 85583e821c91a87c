/**
 * All combinations of values, in random order, so that a study that ends early has looked everywhere. Parameters with
 * countably many values have all of them; continuous ones some, equally far from each other on the search scale.
 */
import { z } from 'zod';
import { TuneError } from '../errors.ts';
import { textOf } from '../space/config-text.ts';
import { isFeasible } from '../space/is-feasible.ts';
import { equalJson } from '../space/json.ts';
import { countValues, fromUnit } from '../space/scale.ts';
import type { Config, Json, Param, Space } from '../space/space.ts';
import type { SuggestContext } from '../study/ports.ts';
import { valuesOf } from './finite.ts';
import { maxCount, permutation } from './grid-order.ts';
import { sampler } from './sampler.ts';
import { usedTexts } from './used.ts';

/** Combinations passed over in a row before the search for another one ends. */
const maxPasses = 1_000_000;

export const grid = sampler({
  name: 'grid',
  summary: 'all combinations of values, in random order',
  knobs: z.strictObject({
    points: z
      .int()
      .min(2)
      .max(10_000)
      .default(10)
      .describe('values of each continuous parameter, from its lowest to its highest'),
  }),
  create({ points }) {
    // A cache alone: what it holds is a function of space and seed.
    let last: { readonly space: Space; readonly seed: number; readonly walk: Walk } | undefined;
    return {
      suggest({ space, seed, history }) {
        if (last?.space !== space || last.seed !== seed) last = { space, seed, walk: walkGrid(space, seed, points) };
        return last.walk(history);
      },
    };
  },
});

/** The first configuration that is not in the history; undefined when all are. */
type Walk = (history: SuggestContext['history']) => Config | undefined;

function walkGrid(space: Space, seed: number, points: number): Walk {
  const { count, at } = combinationsOf(space, points);
  const shuffled = permutation(count, seed);
  const found: Config[] = [];
  let next = 0;
  const isFound = (place: number): boolean => {
    for (let passes = 0; found.length <= place && next < count; next++) {
      const config = at(shuffled(next));
      if (isFeasible(space, config)) found.push(config);
      else if (++passes === maxPasses) throw infeasible(maxPasses);
    }
    if (found.length === 0) throw infeasible(count);
    return found.length > place;
  };
  return history => {
    const used = usedTexts(history);
    for (let place = 0; isFound(place); place++) if (!used.has(textOf(found[place]!))) return found[place];
  };
}

function infeasible(passes: number): TuneError {
  return new TuneError('SPACE_EXHAUSTED', `none of ${passes} combinations satisfies the constraints`);
}

interface Combinations {
  readonly count: number;
  at(index: number): Config;
}

/** Of the values of the parameters that are active together, by number. */
function combinationsOf({ params }: Space, points: number): Combinations {
  const values = params.map(param => gridValues(param, points));
  const known = new Map<string, number>();
  /** How many there are of the parameters from `index` on. */
  const countFrom = (index: number, off: Off): number => {
    if (index === params.length) return 1;
    const key = `${index} ${[...off].filter(other => other >= index).join()}`;
    const count = known.get(key) ?? branchesOf(index, off).reduce((sum, { total }) => sum + total, 0);
    known.set(key, count);
    return count;
  };
  /** Values that leave the same parameters active; one that stands for none where the parameter itself is off. */
  const branchesOf = (index: number, off: Off): readonly Branch[] => {
    const { name } = params[index]!;
    const isParent = params.some(({ when }) => when && Object.hasOwn(when, name));
    const own = off.has(index) ? [undefined] : values[index]!;
    const groups = isParent ? own.map(value => [value]) : [own];
    return groups.map(values => {
      const offThen = isParent ? withSwitchedOff(off, params, name, values[0]) : off;
      const each = countFrom(index + 1, offThen);
      return { values, off: offThen, each, total: each * values.length };
    });
  };
  const count = countFrom(0, new Set());
  if (count > maxCount)
    throw new TuneError('USAGE', {
      message: `a grid of this space has ${count.toPrecision(2)} combinations`,
      hint: 'give parameters a "step", or use another sampler',
    });
  return {
    count,
    at(index) {
      const config: Record<string, Json> = {};
      let [left, off]: [number, Off] = [index, new Set()];
      params.forEach(({ name }, place) => {
        const branch = branchesOf(place, off).find(({ total }) => left < total || ((left -= total), false))!;
        const value = branch.values[Math.floor(left / branch.each)];
        if (value !== undefined) config[name] = value;
        left %= branch.each;
        off = branch.off;
      });
      return config;
    },
  };
}

/** Places of parameters whose conditions cannot hold any more. */
type Off = ReadonlySet<number>;

interface Branch {
  readonly values: readonly (Json | undefined)[];
  readonly off: Off;
  /** Combinations of the later parameters for each value, and for all of them. */
  readonly each: number;
  readonly total: number;
}

/** @param value of the parameter of this name; undefined when it is inactive itself */
function withSwitchedOff(off: Off, params: readonly Param[], name: string, value: Json | undefined): Off {
  const more = params.flatMap(({ when }, index) => {
    const allowed = when?.[name];
    return allowed && !(value !== undefined && allowed.some(one => equalJson(one, value))) ? [index] : [];
  });
  return new Set([...off, ...more].toSorted((a, b) => a - b));
}

function gridValues(param: Param, points: number): readonly Json[] {
  if (countValues(param) < Infinity) return [...valuesOf(param)];
  return Array.from({ length: points }, (_, index) => fromUnit(param, index / (points - 1)));
}
