/** The child process of a trainer host: how it starts, what it says, and how it ends. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { oneDnnEnvironment, threadEnvironment } from '../backend/threads.ts';
import { endGroup } from './end-group.ts';
import { compiledEntry } from './entry.ts';
import type { FromHost, HostSetup, ToHost } from './protocol.ts';

/** How a host ended before its trials did. */
export interface Death {
  /** "memory": it took too much; "sacrificed": one of its trials had to end; "crash": nobody meant it to. */
  readonly cause: 'crash' | 'memory' | 'sacrificed';
  readonly message: string;
  /** What ended it, such as "SIGSEGV". */
  readonly signal?: string;
}

export interface HostChild {
  readonly pid: number;
  /** False once its end is certain. */
  readonly isAlive: boolean;
  /** Resolves when the process has ended. */
  readonly death: Promise<Death>;
  post(message: ToHost): void;
  /** @returns what ends it */
  listen(listener: (message: FromHost) => void): () => void;
  /** Ends the process at once, whatever runs in it; the first reason counts. */
  kill(why: Death): void;
  /** Takes away its purpose: it ends itself. */
  close(): Promise<void>;
}

/** What TensorFlow says with its first graph, whatever TF_CPP_MIN_LOG_LEVEL is. */
const noise = /absl::InitializeLog\(\)|MLIR V1 optimization pass is not enabled/;

/**
 * @param environment what the host, and the user's code in it, has of that of this process
 * @param log receives what the host and the trainers in it print, line by line
 */
export function forkHost(
  setup: HostSetup,
  threads: number,
  environment: NodeJS.ProcessEnv,
  log: (line: string) => void,
): HostChild {
  const child = fork(compiledEntry('./host.js', import.meta.url), {
    serialization: 'advanced',
    execArgv: [],
    // Ctrl-C in a terminal goes to a whole process group; what it means for a trial is for the coordinator to say.
    detached: process.platform !== 'win32',
    env: { ...oneDnnEnvironment(convolves(setup)), ...environment, ...threadEnvironment(threads) },
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
  const listeners = new Set<(message: FromHost) => void>();
  child.on('message', (message: FromHost) => listeners.forEach(listener => listener(message)));
  let hasEnded = false;
  let killed: Death | undefined;
  const exited = new Promise<Pick<Death, 'message' | 'signal'>>(resolve => {
    child.on('exit', (code, signal) =>
      resolve(signal ? { message: `ended by ${signal}`, signal } : { message: `ended with exit code ${code}` }),
    );
    child.on('error', error => resolve({ message: `did not start: ${error.message}` }));
  });
  const death = exited.then(async ({ message, ...how }): Promise<Death> => {
    hasEnded = true;
    if (killed) return killed;
    // Its last words may still be on their way.
    await Promise.race([Promise.all(read), sleep(200)]);
    return { cause: 'crash', message: [`the trainer host ${message}`, ...lastLines].join('\n'), ...how };
  });
  return {
    pid: child.pid!,
    get isAlive() {
      return !hasEnded && !killed;
    },
    death,
    post(message) {
      if (child.connected) child.send(message, () => undefined);
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    kill(why) {
      if (hasEnded) return;
      if (!killed) log(why.message);
      killed ??= why;
      endGroup(child.pid!);
    },
    async close() {
      if (child.connected) child.disconnect();
      const patience = setTimeout(() => endGroup(child.pid!), 1000);
      await exited;
      clearTimeout(patience);
    },
  };
}

/** Of a user's module nobody knows. */
function convolves(setup: HostSetup): boolean {
  return setup.kind === 'custom' || JSON.stringify([setup.setup.model, setup.setup.space]).includes('"conv2d"');
}
