/**
 * Runs trials in trainer threads: a host process with a piscina pool of `slots` threads, started again when it dies.
 * A trial that may have killed its host runs again alone, in a host of its own, so that it can take no other down.
 */
import type { Executor, Observer, Outcome, TrialJob } from '../study/ports.ts';
import type { Failure, TrialResult, Verdict } from '../study/trial.ts';
import type { ExportedModel, ExportJob } from '../train/export-model.ts';
import { startHost, type HostProcess, type Lost } from './host-process.ts';
import { defaultMaxGrowth, defaultMemoryLimit } from './memory.ts';
import { createPace, type HangLimits } from './pace.ts';
import type { HostSetup } from './protocol.ts';
import { runWatched, type Watch } from './watched-run.ts';

export interface ThreadsOptions {
  readonly setup: HostSetup;
  /** Trainer threads in the host. */
  readonly slots: number;
  /** Seconds a trial may take, from its beginning or its last pause. Default: no limit. */
  readonly trialDuration?: number;
  /** Seconds between the end of a trial's time and the end of its host. Default 10. */
  readonly grace?: number;
  /** How long a trial may go without progress. Default: 10 times the median, 60 s at least, an hour while none is known. */
  readonly hang?: HangLimits;
  /** Whole seconds without a sign of life after which a host counts as dead. Default 30. */
  readonly silence?: number;
  /** Megabytes that a host may take. Default: four fifths of the memory of the machine or container, at least 1024. */
  readonly memoryLimit?: number;
  /** Megabytes by which a host may grow before it gives way to a new one. Default 2048, or a quarter of the memory. */
  readonly maxGrowth?: number;
  /** Environment of hosts, and of the user's code in them. Default: that of this process. */
  readonly environment?: NodeJS.ProcessEnv;
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
  const { setup, slots, trialDuration, grace = 10, maxGrowth = defaultMaxGrowth(), log } = options;
  const { silence = 30, memoryLimit = defaultMemoryLimit(), hang = hangLimits(trialDuration) } = options;
  const { environment = process.env } = options;
  const limits = trialDuration === undefined ? undefined : { seconds: trialDuration, grace };
  const pace = createPace(hang);
  const start = (threads: number): Promise<HostProcess> =>
    startHost({ setup, threads, pulse: { silence, memory: memoryLimit }, environment, log });
  let host = start(slots);
  let quarantine: Promise<unknown> = Promise.resolve();
  await host;

  const livingHost = async (): Promise<HostProcess> => {
    const present = host;
    const found = await present.catch(() => undefined);
    if (found?.isAlive && found.growth <= maxGrowth) return present;
    // Several trials may find the host dead or swollen at once; one of them starts the next.
    if (host === present) {
      host = start(slots);
      found?.retire();
    }
    return host;
  };

  const runInOwnHost = async (job: TrialJob, watch: Watch): Promise<Outcome | Lost> => {
    if (watch.signal?.aborted) return interrupted;
    const own = await start(1);
    try {
      return await runWatched(own, job, watch);
    } finally {
      await own.close();
    }
  };
  const runAlone = (job: TrialJob, watch: Watch): Promise<Outcome | Lost> => {
    const result = quarantine.then(() => runInOwnHost(job, watch));
    quarantine = result.catch(() => undefined);
    return result;
  };

  return {
    slots,
    async run(job, observe, signal) {
      const watch = { observe: withMemory(observe), signal, limits, pace };
      let isAlone = job.isSuspect ?? false;
      while (true) {
        if (signal?.aborted) return interrupted;
        const outcome = isAlone ? await runAlone(job, watch) : await runWatched(await livingHost(), job, watch);
        if (outcome === 'paused' || outcome.state !== 'lost') return outcome;
        const { state: _, cause, ...how } = outcome;
        if (cause === 'crash' || (cause === 'memory' && isAlone)) return failed({ cause, ...how });
        // Which of its trials took too much shows when each is alone. One that lost its host for another runs as it did.
        isAlone ||= cause === 'memory';
      }
    },
    hostPid: async () => (await livingHost()).pid,
    ...(setup.kind === 'training' && { export: async (job: ExportJob) => (await livingHost()).export(job) }),
    close: async () => (await host.catch(() => undefined))?.close(),
  };
}

const interrupted = failed({ cause: 'interrupted', message: 'the study ended before it could run again' });

function failed(failure: Failure): TrialResult {
  return { state: 'failed', failure };
}

function hangLimits(trialDuration = 0): HangLimits {
  return { least: 60, factor: 10, unknown: Math.max(3600, trialDuration) };
}

/** A trial that runs again, in another host, hears at every step what it heard the first time. */
function withMemory(observe: Observer): Observer {
  const verdicts = new Map<number, Verdict | Promise<Verdict>>();
  return measurement => {
    const verdict = verdicts.get(measurement.step) ?? observe(measurement);
    verdicts.set(measurement.step, verdict);
    return verdict;
  };
}
