/** Which trials won. Directions are those of the objectives; of trials equal in the first one, the next one decides. */
import { confirmedBest } from './confirmations.ts';
import { isComplete } from './count-finished.ts';
import { lossesOf, lossOf } from './losses.ts';
import { paretoFront } from './pareto.ts';
import type { Direction } from './ports.ts';
import type { Trial } from './trial.ts';

type Directions = Direction | readonly Direction[];

/** The trial that confirmations make the best, or else the complete one with the best value, the earliest of equals. */
export function bestTrial(trials: readonly Trial[], directions: Directions): Trial | undefined {
  return confirmedBest(trials, [directions].flat()[0]!, bestByValue(trials, directions));
}

function bestByValue(trials: readonly Trial[], directions: Directions): Trial | undefined {
  const compare = comparison(directions);
  let best: Trial | undefined;
  for (const trial of trials) if (isComplete(trial) && (!best || compare(trial, best) < 0)) best = trial;
  return best;
}

/** The complete trials from the best on, the earlier of equals first. */
export function bestTrials(trials: readonly Trial[], directions: Directions, count: number): Trial[] {
  return trials.filter(isComplete).toSorted(comparison(directions)).slice(0, count);
}

/** The complete trials that no other one dominates, from the best in the first objective on. */
export function frontOf(trials: readonly Trial[], directions: readonly Direction[]): Trial[] {
  const complete = trials.filter(isComplete);
  const front = paretoFront(complete.map(trial => lossesOf(trial, directions))).map(index => complete[index]!);
  return front.toSorted(comparison(directions));
}

function comparison(directions: Directions): (a: Trial, b: Trial) => number {
  const [first, ...others] = [directions].flat();
  return (a, b) => {
    const difference = lossOf(a.value!, first!) - lossOf(b.value!, first!);
    if (difference !== 0 || others.length === 0) return difference;
    const differences = others.map(
      (direction, index) => lossOf(a.values![index + 1]!, direction) - lossOf(b.values![index + 1]!, direction),
    );
    return differences.find(each => each !== 0) ?? 0;
  };
}
