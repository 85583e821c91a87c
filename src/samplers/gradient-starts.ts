/**
 * How trials begin whose parameters move by the validation gradient. A sampler chooses the structure, that is all other
 * parameters, and never sees what was learned: values that the gradient reached are not those that it would have to try.
 * Starts are spread over the ranges at first; then half of them lie near what good trials learned. Now and then the best
 * trial is repeated instead, see gradient-repeats.ts. This holds for every sampler.
 */
import { completeConfig } from '../space/complete-config.ts';
import { equalJson } from '../space/json.ts';
import { fromUnit, toUnit } from '../space/scale.ts';
import type { Config, Space } from '../space/space.ts';
import { bestTrials } from '../study/best-trial.ts';
import { flawOf } from '../study/legal.ts';
import type { Sampler, SuggestContext } from '../study/ports.ts';
import type { Rng } from '../study/rng.ts';
import type { Trial } from '../study/trial.ts';
import { repeatBest } from './gradient-repeats.ts';
import { modeOf, numbersOf, partsOf, restrictTo, type Parts } from './gradient-space.ts';

/** Completed trials with starts from anywhere, before others begin near what was learned. */
const spreadStarts = 8;
/** How many of the others do. */
const nearShare = 0.5;
/** Standard deviation of their distance, on the unit scale. */
const nearness = 0.1;
/** Share of the trials that count as good. */
const goodShare = 0.25;

/** @param structure proposes the values of all parameters that the gradient does not tune */
export function withGradientStarts(structure: Sampler): Sampler {
  return {
    suggest(context) {
      const parts = partsOf(context.space);
      if (!parts) return structure.suggest(context);
      return repeatBest(parts, context) ?? begin(structure, parts, context);
    },
  };
}

function begin(structure: Sampler, parts: Parts, context: SuggestContext): Config | undefined {
  const { space, history, rng } = context;
  const restricted = history.map(trial => ({ ...trial, config: restrictTo(parts.structure, trial.config) }));
  const proposed = structure.suggest({ ...context, space: parts.structure, history: restricted });
  const chosen = proposed ?? knownStructure(parts, history, rng);
  if (!chosen) return undefined;
  const learned = learnedNear(parts, chosen, history, rng);
  return completeConfig(space, param => {
    if (param === parts.mode) return param.default;
    if (!parts.free.includes(param)) return chosen[param.name]!;
    const value = learned?.get(param.name);
    return fromUnit(param, value === undefined ? rng.uniform() : toUnit(param, value) + nearness * rng.normal());
  });
}

/** Once all structures of a finite space were tried: one of the good ones that can begin at other values. */
function knownStructure({ structure, free }: Parts, history: readonly Trial[], rng: Rng): Config | undefined {
  const usable = history.filter(
    ({ config }) =>
      free.some(({ name }) => Object.hasOwn(config, name)) &&
      flawOf(structure, restrictTo(structure, config)) === undefined,
  );
  const trial = oneOf(goodTrials(usable), rng) ?? oneOf(usable, rng);
  return trial && restrictTo(structure, trial.config);
}

/** For some trials what a good one learned, of the same kind of structure if there is one. */
function learnedNear(
  { structure, mode }: Parts,
  chosen: Config,
  history: readonly Trial[],
  rng: Rng,
): ReadonlyMap<string, number> | undefined {
  const tuned = history.filter(
    trial => trial.state === 'complete' && mode.name in trial.config && modeOf(trial) !== 'off',
  );
  if (tuned.length < spreadStarts || rng.uniform() >= nearShare) return undefined;
  const good = goodTrials(tuned.filter(trial => numbersOf(trial, 'learned').size > 0));
  const same = good.filter(({ config }) => isSameKind(structure, config, chosen));
  const trial = oneOf(same, rng) ?? oneOf(good, rng);
  return trial && numbersOf(trial, 'learned');
}

function isSameKind({ params }: Space, a: Config, b: Config): boolean {
  return params
    .filter(({ type }) => type === 'categorical' || type === 'boolean')
    .every(({ name }) => equalJson(a[name] ?? null, b[name] ?? null));
}

function goodTrials(trials: readonly Trial[]): readonly Trial[] {
  const complete = trials.filter(({ state }) => state === 'complete');
  return bestTrials(complete, 'minimize', Math.ceil(goodShare * complete.length));
}

function oneOf<T>(values: readonly T[], rng: Rng): T | undefined {
  return values.length === 0 ? undefined : values[rng.int(values.length)];
}
