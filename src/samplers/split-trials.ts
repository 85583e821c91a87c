/**
 * Which trials are examples of what is good, and which of what is not, for estimators of both. As in Optuna 5.0.0, but for
 * failed ones: Optuna forgets them, and may propose what fails again and again.
 */
import { isBroken, isComplete } from '../study/count-finished.ts';
import { bestPoints } from '../study/pareto.ts';
import type { Trial } from '../study/trial.ts';

export interface Split {
  /** Both by number. */
  readonly good: readonly Trial[];
  readonly bad: readonly Trial[];
}

/** Whether a trial says how good its configuration is, be it that it fails. */
export function isFinished(trial: Trial): boolean {
  return trial.state === 'pruned' || isComplete(trial) || isBroken(trial);
}

/**
 * Complete trials by value (or by dominance, with several objectives), then pruned ones: those that came farther first, by
 * their last value. Failed and running trials count as bad, so that others do not go where they are.
 * @param share how many of a number of finished trials are good
 */
export function splitTrials(history: readonly Trial[], share: (finished: number) => number): Split {
  const complete: Trial[] = [];
  const pruned: Trial[] = [];
  let hasSeveral = false;
  for (const trial of history) {
    if (isComplete(trial)) {
      complete.push(trial);
      if (trial.values) hasSeveral = true;
    } else if (trial.state === 'pruned') pruned.push(trial);
  }
  const wanted = share(complete.length + pruned.length);
  const best = hasSeveral ? bestTradeOffs(complete, wanted) : first(complete, wanted, (a, b) => a.value! < b.value!);
  const good = [...best, ...first(pruned, wanted - best.length, isFarther)].toSorted((a, b) => a.id - b.id);
  const bad: Trial[] = [];
  let passed = 0;
  for (const trial of history) {
    if (trial === good[passed]) passed += 1;
    else if (trial.state === 'running' || isFinished(trial)) bad.push(trial);
  }
  return { good, bad };
}

/** With several objectives: what others do not dominate, of equal rank what adds most hypervolume. */
function bestTradeOffs(trials: readonly Trial[], count: number): readonly Trial[] {
  return bestPoints(
    trials.map(({ value, values }) => values ?? [value!]),
    count,
  ).map(index => trials[index]!);
}

function isFarther(a: Trial, b: Trial): boolean {
  const [end, otherEnd] = [a.curve.at(-1), b.curve.at(-1)];
  if (!end || !otherEnd) return end !== undefined && otherEnd === undefined;
  if (end.step !== otherEnd.step) return end.step > otherEnd.step;
  return end.value < otherEnd.value || (!Number.isNaN(end.value) && Number.isNaN(otherEnd.value));
}

/** The first few trials in an order, of equals the earliest. */
function first(trials: readonly Trial[], count: number, isBefore: (a: Trial, b: Trial) => boolean): readonly Trial[] {
  if (count <= 0) return [];
  const chosen: Trial[] = [];
  for (const trial of trials) {
    if (chosen.length === count && !isBefore(trial, chosen[count - 1]!)) continue;
    let place = chosen.length;
    while (place > 0 && isBefore(trial, chosen[place - 1]!)) place -= 1;
    chosen.splice(place, 0, trial);
    if (chosen.length > count) chosen.pop();
  }
  return chosen;
}
