/**
 * The past of a deterministic study. Its trials run in jobs: one from a trial's beginning, one from each promotion, each to
 * the next pause or the end. Job n is decided on, and judged, by the outcomes of jobs up to n - W, where W of them run at
 * once; of later ones it is known that they run. Without pauses, jobs are trials.
 */
import { isAtRest } from './count-finished.ts';
import type { StudyEvent } from './events.ts';
import { asRunning } from './history.ts';
import type { Trial } from './trial.ts';

export interface Jobs {
  /** @param trial as the event has left it, with losses for values */
  apply(event: StudyEvent, trial: Trial): void;
  /** Whether all jobs have ended that the next one depends on. */
  areKnown(): boolean;
  /** What the present job of a trial may see, by id, itself left out; of one that has not begun: what the next job may. */
  seenBy(trial?: number): readonly Trial[];
}

interface Job {
  /** As it was when the job began, with all that its earlier jobs have reached. */
  readonly begun: Trial;
  /** As it was when the job ended. */
  outcome?: Trial;
}

/** @param atOnce jobs that run at once */
export function createJobs(atOnce: number): Jobs {
  const jobs: Job[] = [];
  /** Number of a trial's last job. */
  const last = new Map<number, number>();
  /** All jobs before this one have ended. */
  let settled = 0;
  return {
    apply(event, trial) {
      const job = jobs[last.get(trial.id) ?? jobs.length];
      if (isAtRest(trial)) {
        if (job) job.outcome = trial;
      } else if (event.type === 'trial-promoted' || (event.type === 'trial-started' && !job)) {
        last.set(trial.id, jobs.length);
        jobs.push({ begun: event.type === 'trial-promoted' ? trial : asRunning(trial) });
      }
    },
    areKnown() {
      while (jobs[settled]?.outcome) settled += 1;
      return settled > jobs.length - atOnce;
    },
    seenBy(trial) {
      const present = (trial === undefined ? undefined : last.get(trial)) ?? jobs.length;
      const seen = new Map<number, Trial>();
      for (const [number, { begun, outcome }] of jobs.slice(0, present).entries())
        seen.set(begun.id, number <= present - atOnce && outcome ? outcome : begun);
      if (trial !== undefined) seen.delete(trial);
      return [...seen.values()].toSorted((a, b) => a.id - b.id);
    },
  };
}
