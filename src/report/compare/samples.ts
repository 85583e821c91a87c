/** The fresh trainings that two nights are compared by. */
import { textOf } from '../../space/config-text.ts';
import type { Config } from '../../space/space.ts';
import { seededShift, type SeededShift } from '../../stats/seeded-shift.ts';
import { lossOf } from '../../study/losses.ts';
import type { Direction } from '../../study/ports.ts';
import type { ConfirmedRow, Report } from '../report.ts';

/** Fresh trainings of one configuration; values of the metric. */
export type Sample = Pick<ConfirmedRow, 'values' | 'seeds'>;

export interface Pair {
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** Whether the n-th values of both had the same seed. */
  readonly isPaired: boolean;
}

/** With 3 against 3 the smallest p is 0.1. */
export const fewestValues = 4;

const nothing: Sample = { values: [] };

export function bestSample({ best, confirmed = [] }: Report): Sample {
  return confirmed.find(({ trial }) => trial === best?.trial) ?? nothing;
}

/** Tonight's trainings of last night's best configuration. */
export function sampleAgain({ confirmed = [], trials }: Report, { best }: Report): Sample {
  if (!best) return nothing;
  const configs = new Map<number, Config>(trials.map(({ trial, config }) => [trial, config]));
  return confirmed.find(({ trial }) => isSame(configs.get(trial), best.config)) ?? nothing;
}

function isSame(a: Config | undefined, b: Config): boolean {
  return a !== undefined && textOf(a) === textOf(b);
}

/** Paired, in the order of the seeds of `before`, if both have the same ones. */
export function pairOf(before: Sample, after: Sample): Pair {
  const [from, to] = [bySeed(before), bySeed(after)];
  const isPaired = from.size > 0 && from.size === to.size && [...from.keys()].every(seed => to.has(seed));
  if (!isPaired) return { before: before.values, after: after.values, isPaired };
  return { before: [...from.values()], after: [...from.keys()].map(seed => to.get(seed)!), isPaired };
}

/** Empty where not every value has a seed of its own. */
function bySeed({ values, seeds = [] }: Sample): ReadonlyMap<number, number> {
  const map = new Map(seeds.map((seed, index) => [seed, values[index]!]));
  return seeds.length === values.length && map.size === values.length ? map : new Map();
}

/** In losses: positive is worse. Undefined where there are too few values. */
export function shiftOf({ before, after, isPaired }: Pair, goal: Direction): SeededShift | undefined {
  if (Math.min(before.length, after.length) < fewestValues) return undefined;
  return seededShift(lossesOf(before, goal), lossesOf(after, goal), isPaired);
}

export function lossesOf(values: readonly number[], goal: Direction): number[] {
  return values.map(value => lossOf(value, goal));
}

/** Whether every training came to the very same value. */
export function isSameToTheBit({ before, after }: Pick<Pair, 'before' | 'after'>): boolean {
  return before.length > 0 && before.length === after.length && before.every((value, index) => value === after[index]);
}
