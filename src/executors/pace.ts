/** How long trials go without progress, and how long is too long: a trial that hangs tells nobody. */
import { median } from '../stats/median.ts';

/** In seconds. */
export interface HangLimits {
  /** No trial hangs that has been without progress for less. */
  readonly least: number;
  /** So many times the median time between two measurements. */
  readonly factor: number;
  /** While nothing has been measured. */
  readonly unknown: number;
}

export interface Pace {
  /** @param isFirst whether it was from a trial's start, which has data to load and graphs to build */
  note(seconds: number, isFirst: boolean): void;
  isHung(seconds: number, isFirst: boolean): boolean;
}

/** Measurements that the median is of: the last ones. */
const span = 1000;

export function createPace({ least, factor, unknown }: HangLimits): Pace {
  const firsts: number[] = [];
  const all: number[] = [];
  const allowed = (known: readonly number[]): number =>
    known.length === 0 ? unknown : Math.max(least, factor * median(known));
  return {
    note(seconds, isFirst) {
      for (const list of isFirst ? [firsts, all] : [all]) {
        list.push(seconds);
        if (list.length > span) list.shift();
      }
    },
    isHung: (seconds, isFirst) => seconds > least && seconds > allowed(isFirst ? firsts : all),
  };
}
