/**
 * Trials that repeat the best one of a study with parameters that the validation gradient moves. Every eighth is a plain
 * copy: from a good start tuning may harm. Halfway between them one polishes: it begins with what the best trial learned
 * and keeps it, which gives the gradient over a whole training; the next ones go down that gradient, by steps that grow
 * while they help (Micaelli & Storkey 2021, https://arxiv.org/abs/2007.07869, who allow 10 % of the range for each).
 */
import { textOf } from '../space/config-text.ts';
import { fromUnit, toUnit } from '../space/scale.ts';
import type { Config, Json, Param } from '../space/space.ts';
import { bestTrial } from '../study/best-trial.ts';
import { flawOf } from '../study/legal.ts';
import type { SuggestContext } from '../study/ports.ts';
import type { Trial } from '../study/trial.ts';
import { modeOf, numbersOf, type Parts } from './gradient-space.ts';
import { usedTexts } from './used.ts';

/** Completed trials before the first repeat, and trials from one copy to the next. */
const period = 8;
/** Way of the first step for the parameter with the largest gradient, on the unit scale; and after each step that helped, or did not. */
const step = { first: 0.1, growth: 1.2, shrinkage: 0.5, smallest: 0.01 };

/** Each parameter makes a polish longer by a plain training. */
const mostPolished = 6;

/** Undefined when it is no repeat's turn, or what it would be has been tried. */
export function repeatBest(parts: Parts, { space, history, trial }: SuggestContext): Config | undefined {
  if (history.filter(({ state }) => state === 'complete').length < period) return undefined;
  const best = bestTrial(history, 'minimize');
  if (!best || !parts.tuned.some(({ name }) => Object.hasOwn(best.config, name))) return undefined;
  const config = isCopyTurn(trial)
    ? plainCopy(parts, best)
    : isPolishTurn(trial)
      ? polish(parts, best, history)
      : undefined;
  if (!config || flawOf(space, config) !== undefined) return undefined;
  return usedTexts(history).has(textOf(config)) ? undefined : config;
}

function isCopyTurn(trial: number): boolean {
  return trial % period === 0;
}

function isPolishTurn(trial: number): boolean {
  return trial > period && trial % period === period / 2;
}

/** A trial whose values stayed is plain already. */
function plainCopy({ mode }: Parts, best: Trial): Config | undefined {
  return modeOf(best) === 'online' ? { ...best.config, [mode.name]: 'off' } : undefined;
}

function polish({ tuned, mode }: Parts, best: Trial, history: readonly Trial[]): Config | undefined {
  if (tuned.filter(({ name }) => Object.hasOwn(best.config, name)).length > mostPolished) return undefined;
  const measured = history.filter(hasGradient);
  const base = bestTrial(measured, 'minimize');
  if (!base) {
    const learned = numbersOf(best, 'learned');
    const start = moved(best.config, tuned, (param, value) => toUnit(param, learned.get(param.name) ?? value));
    return { ...start, [mode.name]: 'restart' };
  }
  const size = stepSize(history, measured);
  const slopes = numbersOf(base, 'hypergradient');
  const steepest = Math.max(...tuned.map(({ name }) => Math.abs(slopes.get(name) ?? 0)));
  if (size < step.smallest || steepest === 0) return undefined;
  return moved(base.config, tuned, (param, value) => {
    return toUnit(param, value) - (size * (slopes.get(param.name) ?? 0)) / steepest;
  });
}

/** A trial with fixed values that tells which way is down from them. */
function hasGradient(trial: Trial): boolean {
  return trial.state === 'complete' && modeOf(trial) === 'restart' && numbersOf(trial, 'hypergradient').size > 0;
}

/** After all steps so far: those from an earlier trial with a gradient. One helped that is better than all of them. */
function stepSize(history: readonly Trial[], measured: readonly Trial[]): number {
  const polishes = history.filter(trial => {
    return isPolishTurn(trial.id) && modeOf(trial) === 'restart' && trial.state !== 'running';
  });
  return polishes.reduce((size, { id, state, value }) => {
    const before = measured.filter(earlier => earlier.id < id);
    if (before.length === 0) return size;
    const helped = state === 'complete' && before.every(earlier => value! < earlier.value!);
    return size * (helped ? step.growth : step.shrinkage);
  }, step.first);
}

/** The configuration with other values of the parameters that the gradient tunes. */
function moved(config: Config, tuned: readonly Param[], coordinateOf: (param: Param, value: Json) => number): Config {
  const values = tuned
    .filter(({ name }) => Object.hasOwn(config, name))
    .map(param => [param.name, fromUnit(param, coordinateOf(param, config[param.name]!))]);
  return { ...config, ...Object.fromEntries(values) };
}
