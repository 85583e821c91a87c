/** A trainer host seen from the coordinator: start it, hand it jobs, learn when it dies. */
import { TuneError } from '../errors.ts';
import type { Observer, Outcome, TrialJob } from '../study/ports.ts';
import type { ExportedModel, ExportJob } from '../train/export-model.ts';
import { forkHost, type Death, type HostChild } from './host-child.ts';
import type { FromHost, HostSetup, SentError } from './protocol.ts';
import { watchPulse, type PulseLimits } from './pulse.ts';

/** A trial whose host died before it ended. */
export interface Lost extends Death {
  readonly state: 'lost';
}

export interface HostProcess {
  readonly pid: number;
  readonly isAlive: boolean;
  /** Megabytes that its memory has grown by since its first trial ended. */
  readonly growth: number;
  /** @param beat called at every sign of life of the host; whether the trial has taken a step since the last one */
  run(job: TrialJob, observe: Observer, beat: (isActive: boolean) => void): Promise<Outcome | Lost>;
  /** Tells a trial to end between two steps. */
  interrupt(trial: number): void;
  export(job: ExportJob): Promise<ExportedModel>;
  /** Ends the process at once, whatever runs in it, for a trial that does not end. */
  sacrifice(trial: number): void;
  /** Closes it when its last trial has ended. */
  retire(): void;
  close(): Promise<void>;
}

export interface HostOptions {
  readonly setup: HostSetup;
  readonly threads: number;
  readonly pulse: PulseLimits;
  readonly environment: NodeJS.ProcessEnv;
  /** Receives what the host and the trainers in it print, line by line. */
  readonly log: (line: string) => void;
}

/** Hosts that may die one after the other before they are ready. */
const tries = 3;

/** @throws TuneError of the host's preparation: unreadable data, a missing backend */
export async function startHost(options: HostOptions): Promise<HostProcess> {
  for (let attempt = 1; ; attempt++) {
    const child = forkHost(options.setup, options.threads, options.environment, options.log);
    const death = await prepare(child, options);
    if (!death) return hostProcess(child, options.pulse);
    if (attempt === tries) throw new Error(death.message);
  }
}

/** @returns how it died, if it did */
async function prepare(child: HostChild, { setup, threads }: HostOptions): Promise<Death | undefined> {
  const ready = reply(child, message => {
    if (message.type === 'failed') throw revive(message.error);
    return message.type === 'ready' ? true : undefined;
  });
  child.post({ type: 'setup', setup, threads });
  try {
    const first = await Promise.race([ready, child.death]);
    return first === true ? undefined : first;
  } catch (error) {
    await child.close();
    throw error;
  }
}

function hostProcess(child: HostChild, pulse: PulseLimits): HostProcess {
  const { pid, death } = child;
  let isRetired = false;
  let running = 0;
  let firstRss: number | undefined;
  let growth = 0;
  watchPulse(child, pulse);
  const closeWhenDone = (): void => {
    if (isRetired && running === 0) void child.close();
  };
  return {
    pid,
    get isAlive() {
      return child.isAlive;
    },
    get growth() {
      return growth;
    },
    async run(job, observe, beat) {
      const { trial } = job;
      let unlisten = (): void => undefined;
      const result = new Promise<Outcome>(resolve => {
        unlisten = child.listen(message => {
          if (message.type === 'alive') return beat(message.active.includes(trial));
          if (!('trial' in message) || message.trial !== trial) return;
          if (message.type === 'measured')
            return void Promise.resolve(observe(message.measurement)).then(verdict =>
              child.post({ type: 'verdict', trial, verdict }),
            );
          growth = message.rss - (firstRss ??= message.rss);
          resolve(message.result);
        });
      });
      running += 1;
      child.post({ type: 'run', job });
      const lost = death.then(how => ({ state: 'lost', ...how }) as const);
      return Promise.race([result, lost]).finally(() => {
        unlisten();
        running -= 1;
        closeWhenDone();
      });
    },
    interrupt: trial => child.post({ type: 'interrupt', trial }),
    export(job) {
      const exported = reply(child, message => {
        if (message.type === 'export-failed') throw revive(message.error);
        return message.type === 'exported' ? message.model : undefined;
      });
      child.post({ type: 'export', job });
      const died = death.then(({ message }) => Promise.reject(new Error(message)));
      return Promise.race([exported, died]);
    },
    sacrifice: trial =>
      child.kill({ cause: 'sacrificed', message: `the trainer host had to end, because trial ${trial} did not` }),
    retire() {
      isRetired = true;
      closeWhenDone();
    },
    close: () => child.close(),
  };
}

/** The first message that `read` makes something of. */
function reply<T>(child: HostChild, read: (message: FromHost) => T | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const unlisten = child.listen(message => {
      try {
        const value = read(message);
        if (value === undefined) return;
        resolve(value);
      } catch (error) {
        reject(error as Error);
      }
      unlisten();
    });
  });
}

function revive({ message, code, problems }: SentError): Error {
  return code ? new TuneError(code, problems ?? message) : new Error(message);
}
