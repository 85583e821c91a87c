/** The trials that importance is worked out from. */
import { countValues } from '../../space/scale.ts';
import type { Param, Space } from '../../space/space.ts';
import { isComplete } from '../../study/count-finished.ts';
import { lossOf } from '../../study/losses.ts';
import type { Direction } from '../../study/ports.ts';
import { isWithin } from '../../study/space-versions.ts';
import type { Trial } from '../../study/trial.ts';

/** Trials and their losses, one beside the other. */
export interface Rows {
  /** Those with more than one value, in the order of the space. */
  readonly params: readonly Param[];
  readonly trials: readonly Trial[];
  readonly losses: Float64Array;
}

/** Squares of larger losses are no numbers any more. */
const largestLoss = 1e150;

/**
 * Complete trials with a finite value whose configuration the space has: those of earlier versions of it that lie outside
 * say nothing about how its parameters share what is left. What the gradient made of a value does not count, only where it began.
 */
export function rowsOf(space: Space, trials: readonly Trial[], direction: Direction): Rows {
  const used = trials.filter(
    trial => isComplete(trial) && Math.abs(trial.value!) < largestLoss && isWithin(space, trial.config),
  );
  return {
    params: space.params.filter(param => countValues(param) > 1),
    trials: used,
    losses: Float64Array.from(used, ({ value }) => lossOf(value!, direction)),
  };
}

/** The best rows by number: so many, and those that are as good as the last of them. */
export function bestRows(losses: Float64Array, count: number): readonly number[] {
  const limit = losses.toSorted()[count - 1]!;
  return numbersWhere(losses.length, row => losses[row]! <= limit);
}

/** The rows of the trials in which a parameter is active. */
export function activeRows({ trials }: Rows, { name }: Param): readonly number[] {
  return numbersWhere(trials.length, row => Object.hasOwn(trials[row]!.config, name));
}

function numbersWhere(count: number, holds: (number: number) => boolean): readonly number[] {
  const found = [];
  for (let number = 0; number < count; number++) if (holds(number)) found.push(number);
  return found;
}

/** The best rows and an even sample of the others, by number: not more than `most` in all. */
export function thinned({ params, trials, losses }: Rows, most: number): Rows {
  if (trials.length <= most) return { params, trials, losses };
  const half = most >> 1;
  const best = bestRows(losses, half)
    .toSorted((a, b) => losses[a]! - losses[b]!)
    .slice(0, half);
  const isBest = new Set(best);
  const others = numbersWhere(losses.length, row => !isBest.has(row));
  const kept = [...best, ...evenly(others, most - half)].toSorted((a, b) => a - b);
  return { params, trials: kept.map(row => trials[row]!), losses: Float64Array.from(kept, row => losses[row]!) };
}

/** As many of the items, evenly over them; all where there are fewer. */
export function evenly<T>(items: readonly T[], count: number): readonly T[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, index) => items[Math.floor(((index + 0.5) * items.length) / count)]!);
}
