/**
 * Runs trials in trainer threads: a host process with a piscina pool of `slots` threads, started again when it dies.
 * A trial that runs again after a crash of its host runs alone, in a host of its own, so that it can take no other down.
 */
import { totalmem } from 'node:os';
import type { Executor, Observer, Outcome, TrialJob } from '../study/ports.ts';
import type { ExportedModel, ExportJob } from '../train/export-model.ts';
import { startHost, type HostProcess } from './host-process.ts';
import type { HostSetup } from './protocol.ts';

export interface ThreadsOptions {
  readonly setup: HostSetup;
  /** Trainer threads in the host. */
  readonly slots: number;
  /** Seconds a trial may take, from its beginning or its last pause. Default: no limit. */
  readonly trialDuration?: number;
  /** Seconds between the end of a trial's time and the end of its host. Default 10. */
  readonly grace?: number;
  /** Megabytes by which a host may grow before it gives way to a new one. Default 2048, or a quarter of the memory. */
  readonly maxGrowth?: number;
  readonly log: (line: string) => void;
}

export interface ThreadsExecutor extends Executor {
  /** Process id of the present host. */
  hostPid(): Promise<number>;
  /** Saves the model of a trial; only our own training has models. */
  export?(job: ExportJob): Promise<ExportedModel>;
}

/** @throws TuneError when the first host cannot be prepared: unreadable data, a missing backend */
export async function threadsExecutor(options: ThreadsOptions): Promise<ThreadsExecutor> {
  const { setup, slots, trialDuration, grace = 10, maxGrowth = quarterOfMemory(), log } = options;
  const limits = trialDuration === undefined ? undefined : { seconds: trialDuration, grace };
  let host = startHost({ setup, threads: slots, log });
  let quarantine: Promise<unknown> = Promise.resolve();
  await host;

  const livingHost = async (): Promise<HostProcess> => {
    const present = host;
    const found = await present.catch(() => undefined);
    if (found?.isAlive && found.growth <= maxGrowth) return present;
    // Several trials may find the host dead or swollen at once; one of them starts the next.
    if (host === present) {
      host = startHost({ setup, threads: slots, log });
      found?.retire();
    }
    return host;
  };

  const runAlone = async (job: TrialJob, watch: Watch): Promise<Outcome> => {
    const own = await startHost({ setup, threads: 1, log });
    try {
      return await runLimited(own, job, watch);
    } finally {
      await own.close();
    }
  };

  return {
    slots,
    async run(job, observe, signal) {
      if (!job.isSuspect) return runLimited(await livingHost(), job, { observe, signal, limits });
      const result = quarantine.then(() => runAlone(job, { observe, signal, limits }));
      quarantine = result.catch(() => undefined);
      return result;
    },
    hostPid: async () => (await livingHost()).pid,
    ...(setup.kind === 'training' && { export: async (job: ExportJob) => (await livingHost()).export(job) }),
    close: async () => (await host.catch(() => undefined))?.close(),
  };
}

/** Who watches a trial, and what may end it. */
interface Watch {
  readonly observe: Observer;
  readonly signal: AbortSignal | undefined;
  readonly limits: { readonly seconds: number; readonly grace: number } | undefined;
}

/** Native caches grow with every new shape of tensor; most levels are reached long before this. */
function quarterOfMemory(): number {
  return Math.min(2048, totalmem() / 2 ** 20 / 4);
}

/** Ends a trial at its time limit: first by verdict, then by its own look at the clock, at last with its host. */
async function runLimited(host: HostProcess, job: TrialJob, { observe, signal, limits }: Watch): Promise<Outcome> {
  if (!limits) return host.run(job, observe, signal);
  const { seconds, grace } = limits;
  const deadline = performance.now() + seconds * 1000;
  let timedOut = false;
  let killed = false;
  const timer = setTimeout(
    () => {
      killed = true;
      host.kill();
    },
    (seconds + grace) * 1000,
  );
  try {
    const result = await host.run(
      job,
      async measurement => {
        const verdict = await observe(measurement);
        timedOut = performance.now() > deadline;
        return timedOut ? 'stop' : verdict;
      },
      signal,
    );
    if (killed)
      return {
        state: 'failed',
        failure: { cause: 'timeout', message: `no sign of an end ${grace} s after its time` },
      };
    if (result === 'paused') return result;
    return timedOut && result.state === 'pruned' ? { ...result, state: 'complete', stopped: 'trial-duration' } : result;
  } finally {
    clearTimeout(timer);
  }
}
