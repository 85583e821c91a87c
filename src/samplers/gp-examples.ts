/** Trials as examples for a Gaussian process: where they lie and what they reached. */
import { encode } from '../space/encode.ts';
import { isUnordered } from '../space/scale.ts';
import type { Config, Space } from '../space/space.ts';
import { isBroken } from '../study/count-finished.ts';
import type { Trial } from '../study/trial.ts';
import { fitKernel } from './gp-fit.ts';
import type { Kernel, Points } from './gp-kernel.ts';
import { warp } from './gp-warp.ts';

export interface Example {
  readonly trial: Trial;
  readonly x: Float64Array;
  readonly loss: number;
}

export function examplesOf(space: Space, history: readonly Trial[]): readonly Example[] {
  return history.flatMap(trial => {
    const loss = lossOf(trial);
    const x = loss === undefined ? undefined : placeOf(space, trial);
    return x ? [{ trial, x, loss: loss! }] : [];
  });
}

/** Failed trials too, as bad as the worst one: others keep away from them. None where nothing is known to be better. */
export function examplesWithFailed(space: Space, history: readonly Trial[]): readonly Example[] {
  const examples = examplesOf(space, history);
  const broken = new Set(history.filter(isBroken));
  if (examples.length === 0 || broken.size === 0) return examples;
  const loss = examples.reduce((worst, example) => Math.max(worst, example.loss), -Infinity);
  const known = new Map(examples.map(example => [example.trial, example]));
  return history.flatMap(trial => {
    const x = broken.has(trial) ? placeOf(space, trial) : undefined;
    return x ? [{ trial, x, loss }] : (known.get(trial) ?? []);
  });
}

/** Pruned trials have what they had reached. */
function lossOf({ state, value, curve }: Trial): number | undefined {
  const loss = state === 'complete' ? value : state === 'pruned' ? (curve.at(-1)?.value ?? value) : undefined;
  return Number.isNaN(loss) ? undefined : loss;
}

/** Configurations never change: the place of each is worked out once. */
const places = new WeakMap<Space, WeakMap<Config, Float64Array | undefined>>();

/** Undefined for configurations of other spaces. */
export function placeOf(space: Space, { config }: Trial): Float64Array | undefined {
  let known = places.get(space);
  if (!known) places.set(space, (known = new WeakMap()));
  if (!known.has(config)) known.set(config, encodeOwn(space, config));
  return known.get(config);
}

function encodeOwn(space: Space, config: Config): Float64Array | undefined {
  if (space.params.some(({ name, when }) => !when && !Object.hasOwn(config, name))) return undefined;
  const x = encode(space, config);
  return x.every(Number.isFinite) ? x : undefined;
}

/** The best and the newest ones, when there are more. */
export function choose(examples: readonly Example[], most: number): readonly Example[] {
  if (examples.length <= most) return examples;
  const newest = examples.slice(-most / 2);
  const best = examples.slice(0, -most / 2).toSorted((a, b) => a.loss - b.loss);
  return [...best.slice(0, most / 2), ...newest];
}

export function fit(space: Space, examples: readonly Example[]): Kernel {
  return fitKernel(pointsOf(space, examples), warp(examples.map(({ loss }) => loss)).values);
}

export function pointsOf({ params }: Space, examples: readonly Example[]): Points {
  return { rows: examples.map(({ x }) => x), unordered: params.map(isUnordered) };
}
