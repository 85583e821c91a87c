/** A trainer host seen from the coordinator: start it, hand it jobs, learn when it dies. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { oneDnnEnvironment, threadEnvironment } from '../backend/threads.ts';
import { TuneError } from '../errors.ts';
import type { Observer, Outcome, TrialJob } from '../study/ports.ts';
import type { ExportedModel, ExportJob } from '../train/export-model.ts';
import { compiledEntry } from './entry.ts';
import type { FromHost, HostSetup, SentError, ToHost } from './protocol.ts';

export interface HostProcess {
  readonly pid: number;
  readonly isAlive: boolean;
  /** Megabytes that its memory has grown by since its first trial ended. */
  readonly growth: number;
  /** Resolves with a failure of cause "crash" when the host dies first. */
  run(job: TrialJob, observe: Observer, signal?: AbortSignal): Promise<Outcome>;
  export(job: ExportJob): Promise<ExportedModel>;
  /** Ends the process at once, whatever runs in it. */
  kill(): void;
  /** Closes it when its last trial has ended. */
  retire(): void;
  close(): Promise<void>;
}

export interface HostOptions {
  readonly setup: HostSetup;
  readonly threads: number;
  /** Receives what the host and the trainers in it print, line by line. */
  readonly log: (line: string) => void;
}

/** What TensorFlow says with its first graph, whatever TF_CPP_MIN_LOG_LEVEL is. */
const noise = /absl::InitializeLog\(\)|MLIR V1 optimization pass is not enabled/;

/** @throws TuneError of the host's preparation: unreadable data, a missing backend */
export async function startHost({ setup, threads, log }: HostOptions): Promise<HostProcess> {
  const child = fork(compiledEntry('./host.js', import.meta.url), {
    serialization: 'advanced',
    execArgv: [],
    // Ctrl-C in a terminal goes to a whole process group; what it means for a trial is for the coordinator to say.
    detached: process.platform !== 'win32',
    env: { ...oneDnnEnvironment(convolves(setup)), ...process.env, ...threadEnvironment(threads) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const lastLines: string[] = [];
  const read = [child.stdout!, child.stderr!].map(stream => {
    const lines = createInterface({ input: stream }).on('line', line => {
      if (noise.test(line)) return;
      lastLines.push(line);
      if (lastLines.length > 5) lastLines.shift();
      log(line);
    });
    return once(lines, 'close');
  });
  const exited = new Promise<string>(resolve => {
    child.on('exit', (code, signal) => resolve(signal ? `ended by ${signal}` : `ended with exit code ${code}`));
    child.on('error', error => resolve(`did not start: ${error.message}`));
  });
  const crash = exited.then(async how => {
    // Its last words may still be on their way.
    await Promise.race([Promise.all(read), sleep(200)]);
    return [`the trainer host ${how}`, ...lastLines].join('\n');
  });
  let isAlive = true;
  let isRetired = false;
  let running = 0;
  let firstRss: number | undefined;
  let growth = 0;
  void exited.then(() => (isAlive = false));
  const post = (message: ToHost): void => {
    if (child.connected) child.send(message, () => undefined);
  };

  try {
    await prepared(child, crash, () => post({ type: 'setup', setup, threads }));
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  const close = async (): Promise<void> => {
    if (child.connected) child.disconnect();
    const patience = setTimeout(() => child.kill('SIGKILL'), 2000);
    await exited;
    clearTimeout(patience);
  };
  const closeWhenDone = (): void => {
    if (isRetired && running === 0) void close();
  };
  return {
    pid: child.pid!,
    get isAlive() {
      return isAlive;
    },
    get growth() {
      return growth;
    },
    async run(job, observe, signal) {
      const { trial } = job;
      running += 1;
      const result = new Promise<Outcome>(resolve => {
        const listen = (message: FromHost): void => {
          if (message.type === 'measured' && message.trial === trial)
            void Promise.resolve(observe(message.measurement)).then(verdict =>
              post({ type: 'verdict', trial, verdict }),
            );
          if (message.type !== 'finished' || message.trial !== trial) return;
          child.off('message', listen);
          growth = message.rss - (firstRss ??= message.rss);
          resolve(message.result);
        };
        child.on('message', listen);
      });
      post({ type: 'run', job });
      const interrupt = (): void => post({ type: 'interrupt', trial });
      // It may have come while the trial was on its way here.
      if (signal?.aborted) interrupt();
      else signal?.addEventListener('abort', interrupt);
      const crashed = crash.then(message => ({ state: 'failed', failure: { cause: 'crash', message } }) as const);
      return Promise.race([result, crashed]).finally(() => {
        signal?.removeEventListener('abort', interrupt);
        running -= 1;
        closeWhenDone();
      });
    },
    export(job) {
      const exported = reply(child, message => {
        if (message.type === 'export-failed') throw revive(message.error);
        return message.type === 'exported' ? message.model : undefined;
      });
      post({ type: 'export', job });
      return Promise.race([exported, crash.then(rejectCrash)]);
    },
    kill: () => void child.kill('SIGKILL'),
    retire() {
      isRetired = true;
      closeWhenDone();
    },
    close,
  };
}

/** Of a user's module nobody knows. */
function convolves(setup: HostSetup): boolean {
  return setup.kind === 'custom' || JSON.stringify([setup.setup.model, setup.setup.space]).includes('"conv2d"');
}

function prepared(child: ChildProcess, crash: Promise<string>, begin: () => void): Promise<true> {
  const ready = reply(child, message => {
    if (message.type === 'failed') throw revive(message.error);
    return message.type === 'ready' ? true : undefined;
  });
  begin();
  return Promise.race([ready, crash.then(rejectCrash)]);
}

/** The first message that `read` makes something of. */
function reply<T>(child: ChildProcess, read: (message: FromHost) => T | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const listen = (message: FromHost): void => {
      try {
        const value = read(message);
        if (value === undefined) return;
        resolve(value);
      } catch (error) {
        reject(error as Error);
      }
      child.off('message', listen);
    };
    child.on('message', listen);
  });
}

function rejectCrash(message: string): never {
  throw new Error(message);
}

function revive({ message, code, problems }: SentError): Error {
  return code ? new TuneError(code, problems ?? message) : new Error(message);
}
