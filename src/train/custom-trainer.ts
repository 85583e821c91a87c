/** A user's own trainer module: its default export trains one configuration and returns the value. */
import { messageOf } from '../errors.ts';
import type { Config } from '../space/space.ts';
import type { Observer, TrialJob } from '../study/ports.ts';
import type { TrialResult, Verdict } from '../study/trial.ts';

/** What a trainer module's function is called with. */
export interface TrainerContext<C = Config> {
  readonly config: C;
  /** Seed of everything random in this trial; positive, below 2^31. */
  readonly seed: number;
  /** Number of the trial. */
  readonly trial: number;
  /**
   * Reports the metric after each epoch or step. When it resolves to "stop", return the value so far.
   * @param value the study's metric
   * @param metrics more numbers for the report: { trainLoss: 0.1 }
   */
  readonly report: (value: number, metrics?: Readonly<Record<string, number>>) => Promise<Verdict>;
}

/** Trains one configuration; resolves to the study's metric. */
export type TrainerFunction<C = Config> = (context: TrainerContext<C>) => number | Promise<number>;

/** Runs a trainer function for one job, with failures as results. */
export async function runTrainer(train: TrainerFunction, job: TrialJob, observe: Observer): Promise<TrialResult> {
  const started = performance.now();
  let step = 0;
  let isStopped = false;
  try {
    const value = await train({
      config: job.config,
      seed: job.seed,
      trial: job.trial,
      async report(reported, metrics) {
        step += 1;
        const verdict = await observe({ step, value: reported, ...(metrics && { metrics }) });
        isStopped ||= verdict === 'stop';
        return verdict;
      },
    });
    const attributes = { seconds: (performance.now() - started) / 1000, seed: job.seed };
    if (typeof value !== 'number') return failed('error', `the trainer returned ${typeof value}, not a number`);
    if (!Number.isFinite(value)) return failed('nan', `the trainer returned ${value}`);
    return isStopped
      ? { state: 'pruned', stopped: 'pruner', value, attributes }
      : { state: 'complete', value, attributes };
  } catch (error) {
    return failed('error', messageOf(error));
  }
}

function failed(cause: 'error' | 'nan', message: string): TrialResult {
  return { state: 'failed', failure: { cause, message } };
}
