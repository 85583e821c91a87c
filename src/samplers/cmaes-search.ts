/** Where CMA-ES looks next: draws of its distribution, and the values of other parameters by another sampler. */
import { textOf } from '../space/config-text.ts';
import { isFeasible } from '../space/is-feasible.ts';
import type { Config, Param, Space } from '../space/space.ts';
import { drawMissing } from '../study/fill-up.ts';
import type { Sampler, SuggestContext } from '../study/ports.ts';
import type { Trial } from '../study/trial.ts';
import { axesOf, begin, drawsOf, hasAll, isWithin, next, valuesAt, type State } from './cmaes-evolution.ts';
import { isFinished } from './split-trials.ts';
import { usedTexts } from './used.ts';

export interface CmaesOptions {
  /** Finished trials, the best of which is where the search begins. */
  readonly startupTrials: number;
  /** Standard deviation at first, as a share of each range. */
  readonly sigma: number;
  /** Default: 4 + 3 ln(parameters). */
  readonly population?: number | undefined;
}

/** @param independent answers before the search begins, and for parameters that are no axes */
export function createCmaes(options: CmaesOptions, independent: Sampler): Sampler {
  const stateAfter = createEvolution(options);
  return {
    suggest(context) {
      const { space, history } = context;
      const { axes, isPoint } = pointsOf(space);
      const finished = history.filter(trial => isFinished(trial) && isPoint(trial));
      if (axes.length === 0 || finished.length < options.startupTrials) return independent.suggest(context);
      const isAll = axes.length === space.params.length;
      const others = isAll ? {} : independent.suggest(context);
      if (!others) return undefined;
      const found = search(stateAfter(context, axes, finished), context, others);
      return found ?? (isAll ? independent.suggest(context) : others);
    },
  };
}

interface Points {
  readonly axes: readonly Param[];
  readonly isPoint: (trial: Trial) => boolean;
}

const known = new WeakMap<Space, Points>();

function pointsOf(space: Space): Points {
  let points = known.get(space);
  if (!points) {
    const axes = axesOf(space);
    points = { axes, isPoint: hasAll(axes) };
    known.set(space, points);
  }
  return points;
}

interface Evolution {
  readonly space: Space;
  readonly seed: number;
  readonly startup: readonly Trial[];
  readonly first: State;
  readonly generations: { readonly members: readonly Trial[]; readonly after: State }[];
}

/** The state after all complete generations; those that the last call saw too are not worked out again. */
function createEvolution({ startupTrials, sigma, population }: CmaesOptions) {
  let last: Evolution | undefined;
  return ({ space, seed }: SuggestContext, axes: readonly Param[], finished: readonly Trial[]): State => {
    const startup = finished.slice(0, startupTrials);
    if (last?.space !== space || last.seed !== seed || !isSame(startup, last.startup)) {
      const first = begin(axes, startup, { seed, sigma, ...(population !== undefined && { population }) });
      last = { space, seed, startup, first, generations: [] };
    }
    const { first, generations } = last;
    let [state, from] = [first, startupTrials];
    for (let place = 0; from + state.strategy.population <= finished.length; place++) {
      const members = finished.slice(from, from + state.strategy.population);
      if (!isSame(members, generations[place]?.members))
        generations.splice(place, Infinity, { members, after: next(state, members, sigma) });
      state = generations[place]!.after;
      from += members.length;
    }
    return state;
  };
}

function isSame(trials: readonly Trial[], others: readonly Trial[] = []): boolean {
  return trials.length === others.length && trials.every((trial, index) => trial === others[index]);
}

/** @param others values of parameters that are no axes */
function search(state: State, context: SuggestContext, others: Config): Config | undefined {
  const { space, history, trial, rng } = context;
  const used = usedTexts(history);
  let outside: Config | undefined;
  for (const point of drawsOf(state, trial)) {
    const values = valuesAt(state, point);
    const own = Object.fromEntries(state.axes.map(({ name }, index) => [name, values[index]!]));
    const known: Config = { ...others, ...own };
    // A number may switch parameters on that the other sampler found inactive.
    const config = drawMissing(space, known, rng);
    if (!isFeasible(space, config) || used.has(textOf(config))) continue;
    if (isWithin(state, point)) return config;
    outside = config;
  }
  return outside;
}
