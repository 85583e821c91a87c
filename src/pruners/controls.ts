/** Controls: every so many trials run unpruned, so that a report can say what pruning would have lost. */
import type { Pruner } from '../study/ports.ts';
import type { Trial } from '../study/trial.ts';

/** Trial 0 and every so many after it; none for 0. */
export function isControl({ id }: Pick<Trial, 'id'>, every: number): boolean {
  return every > 0 && id % every === 0;
}

/** The same pruner, for all trials but the controls. */
export function withControls(pruner: Pruner, every: number): Pruner {
  return {
    judge: (trial, history) => (isControl(trial, every) ? 'continue' : pruner.judge(trial, history)),
  };
}
