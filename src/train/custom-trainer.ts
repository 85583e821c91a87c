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
   * Reports the metric, of several the first, after each epoch or step. When it resolves to "stop", return the value so far.
   * @param value the study's metric
   * @param metrics more numbers for the report: { trainLoss: 0.1 }
   */
  readonly report: (value: number, metrics?: Readonly<Record<string, number>>) => Promise<Verdict>;
}

/** The study's metric; where it has several, a list of them in their order. */
export type TrainerValue = number | readonly number[];

/** Trains one configuration; resolves to the study's metric, or metrics. */
export type TrainerFunction<C = Config> = (context: TrainerContext<C>) => TrainerValue | Promise<TrainerValue>;

/** Runs a trainer function for one job, with failures as results. */
export async function runTrainer(train: TrainerFunction, job: TrialJob, observe: Observer): Promise<TrialResult> {
  const started = performance.now();
  /** Milliseconds for verdicts, and for its turn after pauses. */
  let waited = 0;
  let step = 0;
  let isStopped = false;
  /** Why it has no value, whatever it returns. */
  let flaw: string | undefined;
  try {
    const returned: unknown = await train({
      config: job.config,
      seed: job.seed,
      trial: job.trial,
      async report(reported, metrics) {
        step += 1;
        if (!Number.isFinite(reported)) flaw ??= `the value was ${reported} at step ${step}`;
        const asked = performance.now();
        const verdict = await observe({ step, value: reported, ...(metrics && { metrics }) });
        waited += performance.now() - asked;
        isStopped ||= verdict === 'stop';
        return verdict;
      },
    });
    const attributes = { seconds: (performance.now() - started - waited) / 1000, seed: job.seed };
    const values = [returned].flat();
    if (!isNumbers(values)) return failed('error', `the trainer returned ${kindOf(returned)}, not a number`);
    if (!values.every(value => Number.isFinite(value)))
      return failed('nan', `the trainer returned ${values.join(', ')}`);
    if (flaw !== undefined) return failed('nan', flaw);
    const reached = { value: values[0]!, ...(values.length > 1 && { values }), attributes };
    return isStopped ? { state: 'pruned', stopped: 'pruner', ...reached } : { state: 'complete', ...reached };
  } catch (error) {
    return failed('error', messageOf(error));
  }
}

function isNumbers(values: readonly unknown[]): values is readonly number[] {
  return values.length > 0 && values.every(value => typeof value === 'number');
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'a list of something else' : typeof value;
}

function failed(cause: 'error' | 'nan', message: string): TrialResult {
  return { state: 'failed', failure: { cause, message } };
}
