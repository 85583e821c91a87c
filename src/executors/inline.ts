/** Runs trials in this process: for objectives in code that need no thread of their own, and for tests. */
import type { Executor } from '../study/ports.ts';
import { runTrainer, type TrainerFunction } from '../train/custom-trainer.ts';
import { pausableTrials } from '../train/pausing.ts';

/**
 * @param slots how many asynchronous objectives may be under way at once. Default 1.
 */
export function inlineExecutor(objective: TrainerFunction, slots = 1): Executor {
  const trials = pausableTrials((job, observe) => runTrainer(objective, job, observe));
  return {
    slots,
    run: (job, observe) => trials.run(job, observe, () => false),
    close: () => Promise.resolve(trials.close()),
  };
}
