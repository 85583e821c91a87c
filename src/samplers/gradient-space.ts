/**
 * Spaces with parameters that the validation gradient moves within a trial: which parameters are the structure, chosen by a
 * sampler, and what trials tell of the others.
 *
 * A parameter with "tune": "gradient" belongs to the structure all the same where a constraint or a condition names it: the
 * space without it would allow other configurations.
 */
import { constraintNames } from '../space/constraint-names.ts';
import { hypergradientName, isGradientTuned } from '../space/gradient-params.ts';
import type { Config, Param, Space } from '../space/space.ts';
import type { Trial } from '../study/trial.ts';

export interface Parts {
  readonly mode: Param;
  /** What the gradient moves. */
  readonly tuned: readonly Param[];
  /** Those of them that are not in the structure. */
  readonly free: readonly Param[];
  readonly structure: Space;
}

const known = new WeakMap<Space, Parts | undefined>();

/** Undefined for a space in which nothing is tuned by the gradient. */
export function partsOf(space: Space): Parts | undefined {
  if (!known.has(space)) known.set(space, split(space));
  return known.get(space);
}

function split({ params, constraints }: Space): Parts | undefined {
  const mode = params.find(({ name }) => name === hypergradientName);
  if (!mode) return undefined;
  const named = new Set([
    ...constraintNames({ constraints }),
    ...params.flatMap(({ when }) => Object.keys(when ?? {})),
  ]);
  const tuned = params.filter(isGradientTuned);
  const free = tuned.filter(({ name }) => !named.has(name));
  const left = params.filter(param => param !== mode && !free.includes(param));
  return { mode, tuned, free, structure: { params: left, constraints } };
}

export function modeOf({ config }: Trial): unknown {
  return config[hypergradientName];
}

/** The part of a configuration that belongs to a space. */
export function restrictTo({ params }: Space, config: Config): Config {
  const names = new Set(params.map(({ name }) => name));
  return Object.fromEntries(Object.entries(config).filter(([name]) => names.has(name)));
}

/** Numbers by parameter from an attribute of a trial: what it learned, or the gradient at its end. */
export function numbersOf(trial: Trial, attribute: 'learned' | 'hypergradient'): ReadonlyMap<string, number> {
  const entries = Object.entries((trial.attributes?.[attribute] ?? {}) as Record<string, unknown>);
  return new Map(entries.filter((entry): entry is [string, number] => Number.isFinite(entry[1])));
}
