/**
 * Trials that pause: training waits inside its report, with all that it has in memory, and goes on when the trial runs
 * again. What has no room, and what will not run again, is let go.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Observer, Outcome, TrialJob } from '../study/ports.ts';
import type { TrialResult, Verdict } from '../study/trial.ts';

type Train = (job: TrialJob, observe: Observer, isInterrupted: () => boolean) => Promise<TrialResult>;

export interface PausableTrials {
  /** Runs a trial to its end or its next pause; one that is held goes on. */
  run(job: TrialJob, observe: Observer, isInterrupted: () => boolean): Promise<Outcome>;
  /** Lets go of all that are held. */
  close(): void;
}

/**
 * @param limit bytes that the trials that are held may take together; the least promising are let go first
 * @param log told of trials for which there was no room
 */
export function pausableTrials(train: Train, limit = Infinity, log: (line: string) => void = ignore): PausableTrials {
  const held = new Map<number, Training>();
  const letGo = (trial: number): void => {
    held.get(trial)?.abandon();
    held.delete(trial);
  };
  const makeRoom = ({ trial, others = [] }: TrialJob): void => {
    for (const id of held.keys()) if (id !== trial && !others.includes(id)) letGo(id);
    const bytes = (): number => [...held.values()].reduce((sum, training) => sum + training.bytes, 0);
    for (const id of others.toReversed()) {
      if (bytes() <= limit) return;
      if (!held.has(id)) continue;
      letGo(id);
      log(`no room for the paused trial ${id}: it goes on from its last backup, or its start, if it is promoted`);
    }
  };
  return {
    async run(job, observe, isInterrupted) {
      const before = held.size;
      makeRoom(job);
      // What was let go frees its memory first.
      if (held.size < before) await nextTurn();
      const training = held.get(job.trial) ?? begin(train, job);
      held.delete(job.trial);
      const outcome = await training.proceed(observe, isInterrupted);
      if (outcome === 'paused') held.set(job.trial, training);
      return outcome;
    },
    close() {
      for (const id of held.keys()) letGo(id);
    },
  };
}

interface Training {
  /** That it holds while it is paused. */
  readonly bytes: number;
  proceed(observe: Observer, isInterrupted: () => boolean): Promise<Outcome>;
  /** Ends it while it is paused. */
  abandon(): void;
}

/** From one pause to the next. */
interface Stretch {
  readonly observe: Observer;
  readonly isInterrupted: () => boolean;
  pause(): void;
}

function begin(train: Train, job: TrialJob): Training {
  let stretch: Stretch;
  let ended: Promise<TrialResult> | undefined;
  let bytes = 0;
  let wake: ((verdict: Verdict) => void) | undefined;
  let refuse: (reason: Error) => void = ignore;
  const observe: Observer = async (measurement, size) => {
    const verdict = await stretch.observe(measurement);
    if (verdict !== 'pause') return verdict;
    if (size === 0) return 'continue';
    bytes = size ?? 0;
    return new Promise((resolve, reject) => {
      [wake, refuse] = [resolve, reject];
      stretch.pause();
    });
  };
  return {
    get bytes() {
      return bytes;
    },
    proceed(observeStretch, isInterrupted) {
      const paused = new Promise<'paused'>(resolve => {
        stretch = { observe: observeStretch, isInterrupted, pause: () => resolve('paused') };
      });
      wake?.('continue');
      ended ??= train(job, observe, () => stretch.isInterrupted());
      return Promise.race([ended, paused]);
    },
    abandon() {
      const reason = new Error('the paused trial was let go');
      stretch = { ...stretch, observe: () => Promise.reject(reason) };
      refuse(reason);
    },
  };
}

function ignore(): void {}
