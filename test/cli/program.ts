/** The built program in a process of its own, as a shell starts it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const main = join(root, 'dist', 'cli', 'main.js');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface Program {
  readonly child: ChildProcess;
  /** Resolves once stderr matches; rejects when the program ends without that. */
  says(pattern: RegExp): Promise<void>;
  readonly ended: Promise<Ended>;
}

export interface ProgramOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** A process group of its own, as a terminal gives to what it starts. */
  readonly detached?: boolean;
}

export function startTune(args: readonly string[], { cwd, env, detached = false }: ProgramOptions): Program {
  const { PATH, HOME, XDG_CACHE_HOME } = process.env;
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    env: env ?? { PATH, HOME, XDG_CACHE_HOME },
    detached,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, ...said }) as Ended);
  return {
    child,
    ended,
    says: pattern =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!pattern.test(said.err)) return;
          child.stderr.off('data', look);
          resolve();
        };
        child.stderr.on('data', look);
        look();
        void ended.then(({ err }) => reject(new Error(`the program ended without ${pattern}:\n${err}`)));
      }),
  };
}

/** Runs the program to its end. */
export function runTune(args: readonly string[], options: ProgramOptions): Promise<Ended> {
  return startTune(args, options).ended;
}

/** Process ids of the running children of a process; on Linux. */
export function childrenOf({ pid }: Pick<ChildProcess, 'pid'>): readonly string[] {
  return readdirSync(`/proc/${pid}/task`).flatMap(thread =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(isAlive),
  );
}

export function isAlive(pid: string): boolean {
  try {
    // A zombie has ended; nobody has asked how.
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${Number(pid)}/status`, 'utf8'));
  } catch {
    return false;
  }
}
