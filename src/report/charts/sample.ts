/** Fewer things to draw, where there are more than anyone can see. */
import { formatCount } from '../../text.ts';

export interface Sample<T> {
  /** In the order given. */
  readonly shown: readonly T[];
  /** What is shown, where that is not all, as a sentence for the finding; else empty. */
  readonly note: string;
}

const most = 2000;
const mostBest = 500;

/** All trials up to 2,000; of more than that the best 500 and an even sample of the others, 2,000 in all. */
export function sampleTrials<T>(trials: readonly T[], loss: (trial: T) => number): Sample<T> {
  if (trials.length <= most) return { shown: trials, note: '' };
  const best = new Set(trials.toSorted((a, b) => loss(a) - loss(b)).slice(0, mostBest));
  const others = evenly(
    trials.filter(trial => !best.has(trial)),
    most - mostBest,
  );
  const kept = new Set([...best, ...others]);
  return {
    shown: trials.filter(trial => kept.has(trial)),
    note: `Drawn are the best ${mostBest} of ${formatCount(trials.length)} trials and an even sample of the others.`,
  };
}

/** At most so many, in equal distances, the first and the last among them. */
export function evenly<T>(items: readonly T[], count: number): readonly T[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, index) => items[Math.round((index * (items.length - 1)) / (count - 1))]!);
}
