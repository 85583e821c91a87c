/** What pruning saved, and what it would have lost, as far as the trials that ran unpruned tell. */
import { isControl } from '../pruners/controls.ts';
import { bestTrial } from '../study/best-trial.ts';
import { isComplete } from '../study/count-finished.ts';
import type { Direction, Pruner } from '../study/ports.ts';
import { wouldStopAt } from '../study/replay-pruner.ts';
import type { Trial } from '../study/trial.ts';

export interface Pruning {
  /** Trials that the pruner stopped. */
  readonly stopped: number;
  /** Steps that all trials took. */
  readonly steps: number;
  /** Steps that the stopped ones were spared, if they had been as long as the mean complete one. */
  readonly savedSteps: number;
  /** Complete trials that ran unpruned. */
  readonly controls: number;
  /** Those of them that the pruner would have stopped, and after which step. */
  readonly wouldStop: readonly { readonly trial: number; readonly step: number }[];
  /** The best value of all trials, and without those. Absent where nothing else is complete. */
  readonly best?: number;
  readonly bestWithout?: number;
}

/** Undefined where no trial was stopped, and none would have been. */
export function pruningOf(
  trials: readonly Trial[],
  pruner: Pruner,
  { controls: every, direction }: { readonly controls: number; readonly direction: Direction },
): Pruning | undefined {
  const stopped = trials.filter(({ stopped }) => stopped === 'pruner' || stopped === 'paused');
  const complete = trials.filter(isComplete);
  const controls = complete.filter(trial => isControl(trial, every));
  const wouldStop = controls.flatMap(control => {
    const step = wouldStopAt(pruner, control, trials, direction);
    return step === undefined || step === control.curve.at(-1)!.step ? [] : [{ trial: control.id, step }];
  });
  if (stopped.length === 0 && wouldStop.length === 0) return undefined;
  const best = bestTrial(complete, direction)?.value;
  const others = complete.filter(({ id }) => wouldStop.every(({ trial }) => trial !== id));
  const bestWithout = bestTrial(others, direction)?.value;
  const stepsOf = (some: readonly Trial[]): number => some.reduce((sum, { curve }) => sum + curve.length, 0);
  const usual = stepsOf(complete) / Math.max(1, complete.length);
  return {
    stopped: stopped.length,
    steps: stepsOf(trials),
    savedSteps: Math.round(stopped.reduce((sum, { curve }) => sum + Math.max(0, usual - curve.length), 0)),
    controls: controls.length,
    wouldStop,
    ...(best !== undefined && { best }),
    ...(bestWithout !== undefined && { bestWithout }),
  };
}
