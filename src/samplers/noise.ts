/** How much the same configuration's loss differs from one measurement to the next, by what a study has seen. */

import { median } from '../stats/median.ts';
import type { Trial } from '../study/trial.ts';
import { textOf } from '../space/config-text.ts';
import { meanOf } from '../stats/mean.ts';

export interface Finished {
  readonly trial: Trial;
  readonly loss: number;
}

/** Fewer differences say too little. */
const leastDifferences = 2;

/**
 * Pooled standard deviation of losses of the same configurations. Of those better than the median alone: noise grows where
 * training hardly works.
 */
export function noiseOfRepeats(finished: readonly Finished[]): number | undefined {
  const middle = median(finished.map(({ loss }) => loss));
  const groups = new Map<string, number[]>();
  for (const { trial, loss } of finished) {
    const key = textOf(trial.config);
    groups.set(key, [...(groups.get(key) ?? []), loss]);
  }
  let [squares, freedom] = [0, 0];
  for (const losses of groups.values()) {
    const mean = meanOf(losses);
    if (losses.length < 2 || mean > middle) continue;
    squares += losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0);
    freedom += losses.length - 1;
  }
  return freedom < leastDifferences ? undefined : Math.sqrt(squares / freedom);
}

/** Curves of so many of the best trials, and so many points about the lowest one of each. */
const [curves, reach] = [5, 2];

/**
 * Wiggle of the best trials' curves about their lowest points: second differences of pure noise have six times its
 * variance, while slow trends have next to none.
 */
export function noiseOfCurves(finished: readonly Finished[]): number | undefined {
  const best = finished.toSorted((a, b) => a.loss - b.loss).slice(0, curves);
  const bends = best.flatMap(({ trial }) => {
    const values = trial.curve.map(({ value }) => value).filter(Number.isFinite);
    const bottom = values.indexOf(Math.min(...values));
    const about = values.slice(Math.max(0, bottom - reach), bottom + reach + 1);
    return about.slice(2).map((value, i) => value - 2 * about[i + 1]! + about[i]!);
  });
  if (bends.length < leastDifferences) return undefined;
  return Math.sqrt(bends.reduce((sum, bend) => sum + bend ** 2, 0) / bends.length / 6);
}
