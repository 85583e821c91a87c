/**
 * What CMA-ES has come to after some trials, worked out from them alone: a generation after the other, in the order of their
 * numbers. When the distribution has collapsed, it begins anew elsewhere with twice the population: IPOP, Auger & Hansen 2005.
 */
import { countValues, fromUnit, isLegal, shareAt, toUnit } from '../space/scale.ts';
import type { Config, Json, Param, Space } from '../space/space.ts';
import { createRng } from '../study/rng.ts';
import type { Trial } from '../study/trial.ts';
import { keepMargin } from './cmaes-margin.ts';
import { beginAt, distanceOf, pointAt, strategyOf, update, usualPopulation } from './cmaes-update.ts';
import type { Distribution, Strategy } from './cmaes-update.ts';

export interface State {
  readonly axes: readonly Param[];
  readonly seed: number;
  readonly distribution: Distribution;
  /** See cmaes-margin.ts. */
  readonly stretch: Float64Array;
  readonly strategy: Strategy;
  /** Losses of the best trials of generations since the last restart. */
  readonly bests: readonly number[];
  readonly restarts: number;
}

/** Draws for one trial, in search of a point within the ranges whose configuration is legal and new. */
const maxDraws = 100;
/** Widest axis, as a share of the range, below which there is nothing left to find. */
const narrowest = 1e-7;

/** The parameters whose values are a point of the distribution: numbers that are always active. */
export function axesOf({ params }: Space): readonly Param[] {
  return params.filter(
    param => (param.type === 'float' || param.type === 'int') && !param.when && countValues(param) > 1,
  );
}

/** Whether a trial's configuration is a point of the distribution. */
export function hasAll(axes: readonly Param[]): (trial: Trial) => boolean {
  // Configurations never change: each is looked at once.
  const known = new WeakMap<Config, boolean>();
  return ({ config }) => {
    const isPoint =
      known.get(config) ?? axes.every(axis => Object.hasOwn(config, axis.name) && isLegal(axis, config[axis.name]!));
    known.set(config, isPoint);
    return isPoint;
  };
}

/** @param startup its best trial is where the search begins; the centre without any */
export function begin(
  axes: readonly Param[],
  startup: readonly Trial[],
  { seed, sigma, population = usualPopulation(axes.length) }: { seed: number; sigma: number; population?: number },
): State {
  const best = ranked(startup)[0];
  const mean = best ? pointOf(axes, best.config) : new Float64Array(axes.length).fill(0.5);
  const strategy = strategyOf(axes.length, population);
  return { axes, seed, ...spread(mean, sigma), strategy, restarts: 0 };
}

function spread(mean: Float64Array, sigma: number): Pick<State, 'distribution' | 'stretch' | 'bests'> {
  return { distribution: beginAt(mean, sigma), stretch: mean.map(() => 1), bests: [] };
}

/** After one more generation. @param sigma of a restart */
export function next(state: State, members: readonly Trial[], sigma: number): State {
  const { axes, seed, strategy } = state;
  const order = ranked(members);
  const moved = update(
    state.distribution,
    strategy,
    order.map(trial => sampledPoint(state, trial)),
  );
  const shares = axes.map(axis => (coordinate: number) => shareAt(axis, coordinate));
  const margin = 1 / (strategy.dimensions * strategy.population);
  const { mean, stretch } = keepMargin(moved, state.stretch, shares, margin);
  const bests = [...state.bests, order[0]!.value ?? Infinity];
  const after = { ...state, distribution: { ...moved, mean }, stretch, bests };
  if (!hasCollapsed(after)) return after;
  const restarts = state.restarts + 1;
  const rng = createRng(seed, 'cmaes-restart', restarts);
  const anywhere = Float64Array.from(axes, () => rng.uniform());
  const larger = strategyOf(strategy.dimensions, 2 * strategy.population);
  return { axes, seed, ...spread(anywhere, sigma), strategy: larger, restarts };
}

/** Nothing left to find, or nothing found for as long as Hansen 2016, B.3 waits. */
function hasCollapsed({ distribution, strategy, bests }: State): boolean {
  const { sigma, spreads } = distribution;
  if (sigma * Math.max(...spreads) < narrowest) return true;
  const patience = 10 + Math.ceil((30 * strategy.dimensions) / strategy.population);
  const recent = bests.slice(-patience);
  return bests.length >= patience && Math.max(...recent) - Math.min(...recent) < 1e-12;
}

/** From the best on: complete trials by their values, then pruned ones, then failed ones. */
function ranked(trials: readonly Trial[]): readonly Trial[] {
  const groupOf = ({ state }: Trial): number => ['complete', 'pruned', 'failed'].indexOf(state);
  const rank = ({ value }: Trial): number => (value === undefined || Number.isNaN(value) ? Number.MAX_VALUE : value);
  return trials.toSorted((a, b) => groupOf(a) - groupOf(b) || rank(a) - rank(b) || a.id - b.id);
}

/** Where a trial's draws lie, those outside of the ranges too: the same points whenever they are asked for. */
export function* drawsOf({ distribution, seed }: State, trial: number): Generator<Float64Array> {
  const rng = createRng(seed, 'cmaes', trial);
  for (let draw = 0; draw < maxDraws; draw++)
    yield pointAt(
      distribution,
      distribution.mean.map(() => rng.normal()),
    );
}

/** Coordinates of values with a step are never outside: they stand for the nearest value. */
export function isWithin({ axes }: State, point: Float64Array): boolean {
  return point.every((x, index) => (x >= 0 && x <= 1) || countValues(axes[index]!) < Infinity);
}

export function valuesAt({ axes, distribution: { mean }, stretch }: State, point: Float64Array): readonly Json[] {
  return axes.map((axis, index) => fromUnit(axis, mean[index]! + stretch[index]! * (point[index]! - mean[index]!)));
}

/**
 * The point that a trial was drawn at: its configuration does not tell it where values have a step. A trial from elsewhere,
 * or drawn before the last trials of the generation before had ended, counts by its values, as far as it could have been
 * drawn: Hansen 2011, "Injecting external solutions into CMA-ES", https://arxiv.org/abs/1110.4181.
 */
function sampledPoint(state: State, { id, config }: Trial): Float64Array {
  const { axes, distribution } = state;
  for (const point of drawsOf(state, id)) {
    const isIts = valuesAt(state, point).every((value, index) => value === config[axes[index]!.name]);
    if (isIts && isWithin(state, point)) return point;
  }
  const point = pointOf(axes, config);
  const n = axes.length;
  const near = (Math.sqrt(n) + (2 * n) / (n + 2)) / distanceOf(distribution, point);
  return near >= 1
    ? point
    : point.map((x, index) => distribution.mean[index]! + near * (x - distribution.mean[index]!));
}

function pointOf(axes: readonly Param[], config: Config): Float64Array {
  return Float64Array.from(axes, axis => toUnit(axis, config[axis.name]!));
}
