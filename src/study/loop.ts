/** Runs a study: keeps an executor's slots filled until the budget is spent, the target reached or the user has enough. */
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, TuneError } from '../errors.ts';
import { searched, seedOf } from './confirmations.ts';
import type { StudyEvent } from './events.ts';
import { lossOf } from './losses.ts';
import type { Executor, Observer, Outcome, TrialJob } from './ports.ts';
import { mayGoOn } from './promotion.ts';
import { spent } from './spent.ts';
import type { Study } from './study.ts';
import type { Trial, TrialResult } from './trial.ts';

/** Why a study ended. */
export type StopCause =
  'trials' | 'duration' | 'gradient-evaluations' | 'target' | 'converged' | 'interrupted' | 'exhausted';

/** Milliseconds between two looks at what other processes do. */
const pause = 200;

export interface LoopOptions {
  readonly budget: {
    /** Finished trials of the study, those of earlier runs included. */
    readonly trials: number;
    /** Seconds after which no trial starts and running ones stop at their next measurement. */
    readonly duration?: number;
    /** Value that is good enough. */
    readonly target?: number;
    /** Gradients of finished trials, counted in examples, after which no trial starts. */
    readonly gradientEvaluations?: number;
  };
  /** Whether more trials would bring nothing: then none starts. Once true it stays so. */
  readonly isConverged?: (trials: readonly Trial[]) => boolean;
  /** Ends the study; running trials go on with it. */
  readonly signal?: AbortSignal;
  /** Milliseconds on a clock that never jumps. */
  readonly clock: () => number;
  /** Told of every event once it is stored. */
  readonly observe?: (event: StudyEvent) => void;
}

/**
 * @returns why the study ended; by then no trial is running
 * @throws what the storage, the sampler or the pruner threw, after the running trials have ended
 */
export async function runStudy(study: Study, executor: Executor, options: LoopOptions): Promise<StopCause> {
  const { budget, signal, clock, observe, isConverged = () => false } = options;
  const begun = clock();
  const running = new Set<Promise<void>>();
  const broken: unknown[] = [];
  const breakage = new AbortController();
  /** Ends running trials at once: someone wants it so, or what they come to could not be kept. */
  const ending = AbortSignal.any([breakage.signal, ...(signal ? [signal] : [])]);
  const breakOff = (error: unknown): void => {
    broken.push(error);
    breakage.abort();
  };
  /** Another process that shares the study took this one for dead, and has the trial now: what comes of it here is refused. */
  const isTakenOver = (error: unknown): boolean =>
    study.isShared && error instanceof TuneError && error.code === 'TRIAL_UNKNOWN';
  /** The same, and this process has begun it once more since. */
  const isOutdated = ({ id, attempt }: Trial): boolean => study.trials()[id]!.attempt !== attempt;
  let wake = (): void => undefined;
  /** Resolves when the next trial ends. */
  const nextEnd = (): Promise<void> => new Promise(resolve => (wake = resolve));
  let isExhausted = false;
  /** Whether no other process runs a trial, as far as we know. */
  let isAlone = !study.isShared;

  /** Why running trials should end too. */
  const halted = (): StopCause | undefined => {
    if (signal?.aborted) return 'interrupted';
    if (budget.target !== undefined && isReached(study, budget.target)) return 'target';
    if (budget.duration !== undefined && clock() - begun >= budget.duration * 1000) return 'duration';
  };
  /** Why no trial starts any more. */
  const over = (): StopCause | undefined =>
    spent(study.trials(), budget, countEnded()) ?? (isConverged(study.trials()) ? 'converged' : undefined);
  const countEnded = (): number => study.searched().length - searched(study.open()).length;
  /** Trials that have begun, but for those that an earlier run left running. */
  const countBegun = (): number =>
    countEnded() + study.open().filter(({ state }) => state === 'paused').length + running.size;
  /** A trial for a free slot: one that goes on, or one that begins. */
  const next = async (isLast: boolean): Promise<Trial | undefined> => {
    if (over() !== undefined) return undefined;
    if (!isExhausted && countBegun() < budget.trials) {
      const trial = await study.ask(budget.trials);
      if (trial) return trial;
      // Of a shared study others may run the last trials, and not bring them to an end.
      isExhausted = !study.isShared;
    }
    return study.promote(isLast);
  };

  /** A free slot then waits for one message only. With one slot there is nothing to gain: its trial's result decides. */
  const prepareNext = (): NodeJS.Immediate | undefined => {
    if (executor.slots === 1 || running.size < executor.slots || isEnding()) return undefined;
    if (countBegun() >= budget.trials) return undefined;
    return setImmediate(() => study.prepare());
  };

  const isEnding = (): boolean => broken.length > 0 || halted() !== undefined;

  const runOnce = async (trial: Trial, isSuspect = false): Promise<Outcome> => {
    const { id, attempt, config, curve } = trial;
    /** Whether it has paused, and come no farther since. */
    let isBehind = curve.length > 0;
    let isCut = false;
    let isOver = false;
    let flaw: string | undefined;
    const observer: Observer = async measurement => {
      // A trainer may report without waiting, and end before.
      if (isOver) return 'stop';
      // What it held while it was paused is gone: it trains again up to there.
      if (curve.some(({ step }) => step === measurement.step)) return isEnding() ? 'stop' : 'continue';
      isBehind = false;
      try {
        const verdict = await study.report(id, measurement);
        if (verdict === 'stop' || !isEnding()) return verdict;
      } catch (error) {
        // Executors never see the error: either the trial reported nonsense, or the study cannot go on.
        if (error instanceof TuneError && error.code === 'MEASUREMENT_INVALID') flaw = error.message;
        else if (!isTakenOver(error)) breakOff(error);
      }
      isCut = true;
      return 'stop';
    };
    const others = mayGoOn(study.open(), study.direction).flatMap(other => (other.id === id ? [] : other.id));
    const job: TrialJob = {
      trial: id,
      attempt,
      ...(isSuspect && { isSuspect }),
      seed: seedOf(study.seed, trial),
      config,
      ...(others.length > 0 && { others }),
    };
    const result = await settled(executor, job, observer, ending);
    isOver = true;
    if (flaw !== undefined) return failed(flaw);
    if (result === 'paused') return result;
    // What it came to without its memory is not what the record says.
    if (isBehind && isEnding()) return interrupted('it had paused');
    if (!isCut || result.state !== 'pruned') return result;
    return ending.aborted ? interrupted('it was told to stop') : cutShort(result);
  };
  const runTrial = async (begun: Trial): Promise<void> => {
    let trial = begun;
    let result = await runOnce(trial);
    // A crash may have come from another trial beside it: it gets one more chance, in the same slot.
    if (result !== 'paused' && result.failure?.cause === 'crash' && !isEnding() && !isOutdated(trial)) {
      trial = await study.retry(trial.id);
      result = await runOnce(trial, true);
    }
    if (isOutdated(trial)) return;
    if (result === 'paused') return study.pause(trial.id);
    const cause = result.failure?.cause;
    // A crash may have come from what interrupted it.
    if (cause === 'interrupted' || (cause === 'crash' && ending.aborted)) return study.interrupt(trial.id);
    await study.tell(trial.id, result);
  };
  const begin = (trial: Trial): void => {
    const run = runTrial(trial)
      .catch((error: unknown) => (isTakenOver(error) ? undefined : breakOff(error)))
      .finally(() => {
        running.delete(run);
        wake();
      });
    running.add(run);
  };

  const unlisten = observe ? study.listen(observe) : (): void => undefined;
  try {
    while (true) {
      while (!isEnding() && running.size < executor.slots && study.canAsk()) {
        const isLast = running.size === 0;
        const trial = await next(isLast).catch(breakOff);
        if (trial) begin(trial);
        // The last one may have paused meanwhile, and may be promoted.
        else if (isLast || running.size > 0) break;
      }
      if (running.size === 0) {
        if (isAlone || isEnding() || over() !== undefined) break;
        isAlone = !(await study.doOthersRun());
        // What they have left is there to be taken up.
        if (isAlone) continue;
      } else isAlone = !study.isShared;
      const ahead = prepareNext();
      await (study.isShared ? Promise.race([nextEnd(), sleep(pause)]) : nextEnd());
      clearImmediate(ahead);
    }
    // After an interruption they go on with the study.
    if (broken.length === 0 && halted() !== 'interrupted') await study.endPaused();
  } finally {
    unlisten();
  }
  if (broken.length > 0) throw broken[0];
  return halted() ?? over() ?? 'exhausted';
}

/** An executor that rejects has a bug; the study outlives it. */
async function settled(executor: Executor, job: TrialJob, observe: Observer, signal: AbortSignal): Promise<Outcome> {
  try {
    return await executor.run(job, observe, signal);
  } catch (error) {
    return failed(messageOf(error));
  }
}

/** What a trial comes to that had to end with the study: the best it had reached counts, and its weights are kept. */
function cutShort(result: TrialResult): TrialResult {
  return { ...result, state: Number.isFinite(result.value) ? 'complete' : 'pruned', stopped: 'interrupted' };
}

function interrupted(message: string): TrialResult {
  return { state: 'failed', failure: { cause: 'interrupted', message } };
}

function failed(message: string): TrialResult {
  return { state: 'failed', failure: { cause: 'error', message } };
}

function isReached(study: Study, target: number): boolean {
  const value = study.bestOfSearch()?.value;
  return value !== undefined && lossOf(value, study.direction) <= lossOf(target, study.direction);
}
