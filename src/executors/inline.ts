/** Runs trials in this process: for objectives in code that need no thread of their own, and for tests. */
import type { Executor } from '../study/ports.ts';
import { runTrainer, type TrainerFunction } from '../train/custom-trainer.ts';

/**
 * @param slots how many asynchronous objectives may be under way at once. Default 1.
 */
export function inlineExecutor(objective: TrainerFunction, slots = 1): Executor {
  return {
    slots,
    run: (job, observe) => runTrainer(objective, job, observe),
    close: () => Promise.resolve(),
  };
}
