/** Trains a claimed trial until it ends or pauses, its coordinator judging from afar, or until it has to end here. */
import { messageOf } from '../../errors.ts';
import type { Executor, Observer, Outcome } from '../../study/ports.ts';
import type { Measurement, Verdict } from '../../study/trial.ts';
import { cancelledResult, type Claim, type Ending } from './claims.ts';
import type { Verdicts } from './verdicts.ts';

/**
 * Why a trial ends here before its end: its study does not want it any more, another worker has it, or another one is to
 * have it, as this one leaves or because nobody judges it.
 */
export type Cut = 'cancelled' | 'lost' | 'left' | 'unjudged';

export interface ClaimedRun {
  readonly claim: Claim;
  /** Aborted with a Cut for a reason. */
  readonly ending: AbortController;
}

/**
 * @param measured told of each measurement
 * @param fail told when the database is gone for good
 * @returns undefined where it was cut short, and another worker is to go on with it
 */
export async function train(
  { claim, ending }: ClaimedRun,
  executor: Executor,
  verdicts: Verdicts,
  measured: (measurement: Measurement) => void,
  fail: (error: unknown) => void,
): Promise<Ending | undefined> {
  const { signal } = ending;
  let heard: Verdict | undefined;
  const observe: Observer = async (measurement, bytes) => {
    if (signal.aborted) return 'stop';
    measured(measurement);
    try {
      const verdict = await verdicts.on(claim, measurement, bytes, signal);
      if (verdict === 'refused') ending.abort('lost' satisfies Cut);
      else if (verdict === 'nobody') ending.abort('unjudged' satisfies Cut);
      else if (!signal.aborted) return (heard = verdict);
    } catch (error) {
      fail(error);
    }
    return 'stop';
  };
  const outcome = await executor.run(claim.job, observe, signal).catch(failed);
  if (outcome === 'paused') return { state: 'paused' };
  if (!signal.aborted || isWhole(outcome, heard)) return outcome;
  return signal.reason === ('cancelled' satisfies Cut) ? cancelledResult : undefined;
}

/** Whether a trial that was told to end had come to its end before. */
function isWhole(outcome: Exclude<Outcome, 'paused'>, heard: Verdict | undefined): boolean {
  if (outcome.state === 'pruned') return heard === 'stop';
  const cause = outcome.failure?.cause;
  // A crash may have come from what ended it.
  return cause !== 'interrupted' && cause !== 'crash';
}

/** An executor that rejects has a bug; the worker outlives it. */
function failed(error: unknown): Outcome {
  return { state: 'failed', failure: { cause: 'error', message: messageOf(error) } };
}
