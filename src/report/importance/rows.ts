/** The trials that importance is worked out from. */
import { countValues } from '../../space/scale.ts';
import type { Param, Space } from '../../space/space.ts';
import { isComplete } from '../../study/count-finished.ts';
import { lossOf } from '../../study/losses.ts';
import type { Direction } from '../../study/ports.ts';
import { isWithin } from '../../study/space-versions.ts';
import type { Trial } from '../../study/trial.ts';
import { valueIn } from '../values.ts';

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

/** The rows of the trials in which a parameter is active. */
export function activeRows({ trials }: Rows, { name }: Param): readonly number[] {
  return trials.flatMap(({ config }, row) => (valueIn(config, name) === undefined ? [] : [row]));
}

/** The best rows and an even sample of the others, by number: not more than `most` in all. */
export function thinned({ params, trials, losses }: Rows, most: number): Rows {
  if (trials.length <= most) return { params, trials, losses };
  const byLoss = Array.from(losses.keys()).toSorted((a, b) => losses[a]! - losses[b]! || a - b);
  const best = byLoss.slice(0, most >> 1);
  const others = byLoss.slice(best.length).toSorted((a, b) => a - b);
  const kept = [...best, ...evenly(others, most - best.length)].toSorted((a, b) => a - b);
  return { params, trials: kept.map(row => trials[row]!), losses: Float64Array.from(kept, row => losses[row]!) };
}

/** As many of the items, evenly over them; all where there are fewer. */
export function evenly<T>(items: readonly T[], count: number): readonly T[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, index) => items[Math.floor(((index + 0.5) * items.length) / count)]!);
}
