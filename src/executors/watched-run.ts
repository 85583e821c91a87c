/** Runs a trial in a host until it ends, or has to: its time is over, it hangs, or the study is interrupted. */
import type { Observer, Outcome, TrialJob } from '../study/ports.ts';
import type { Failure, TrialResult } from '../study/trial.ts';
import type { HostProcess, Lost } from './host-process.ts';
import type { Pace } from './pace.ts';
import { followProgress } from './progress.ts';

/** Who watches a trial, and what may end it. */
export interface Watch {
  readonly observe: Observer;
  readonly signal: AbortSignal | undefined;
  /** In seconds; `grace` from the end of its time to the end of its host. */
  readonly limits: { readonly seconds: number; readonly grace: number } | undefined;
  readonly pace: Pace;
}

/** Seconds from the word that a trial has to end to the end of its host: threads with TensorFlow cannot be ended alone. */
const patience = 2;

/** @returns "lost" when its host died, but not for this trial */
export async function runWatched(
  host: HostProcess,
  job: TrialJob,
  { observe, signal, limits, pace }: Watch,
): Promise<Outcome | Lost> {
  /** What it comes to if it does not end by itself. */
  let ending: Failure | undefined;
  let isLate = false;
  const deadline = performance.now() + (limits ? limits.seconds * 1000 : Infinity);
  const timers: NodeJS.Timeout[] = [];
  const endAfter = (seconds: number, failure: Failure): void => {
    const end = (): void => {
      ending ??= failure;
      host.sacrifice(job.trial);
    };
    timers.push(setTimeout(end, seconds * 1000));
  };
  const tellToEnd = (failure: Failure): void => {
    if (ending) return;
    ending = failure;
    host.interrupt(job.trial);
    endAfter(patience, failure);
  };
  const interrupt = (): void => tellToEnd({ cause: 'interrupted', message: 'it did not end when it was told to' });
  const progress = followProgress(observe, pace, seconds =>
    tellToEnd({ cause: 'timeout', message: `it made no progress for ${Math.round(seconds)} s` }),
  );
  const running = host.run(
    job,
    async measurement => {
      const verdict = await progress.observe(measurement);
      isLate = performance.now() > deadline;
      return isLate || ending ? 'stop' : verdict;
    },
    progress.beat,
  );
  if (limits)
    endAfter(limits.seconds + limits.grace, {
      cause: 'timeout',
      message: `no sign of an end ${limits.grace} s after its time`,
    });
  // It may have come while the trial was on its way here.
  if (signal?.aborted) interrupt();
  else signal?.addEventListener('abort', interrupt);
  try {
    const result = await running;
    if (result === 'paused') return result;
    if (result.state === 'lost') return ending ? { state: 'failed', failure: ending } : result;
    if (ending?.cause === 'timeout' && isCut(result)) return { state: 'failed', failure: ending };
    if (result.state === 'complete') progress.complete();
    return isLate && result.state === 'pruned' ? { ...result, state: 'complete', stopped: 'trial-duration' } : result;
  } finally {
    signal?.removeEventListener('abort', interrupt);
    timers.forEach(clearTimeout);
  }
}

/** Whether a trial ended because it was told to. */
function isCut({ state, stopped, failure }: TrialResult): boolean {
  return state === 'pruned' || stopped === 'interrupted' || failure?.cause === 'interrupted';
}
