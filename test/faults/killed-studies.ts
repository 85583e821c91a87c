/** Studies of real training in processes of their own, and what the world has been told of their trials. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StudyEvent } from '../../src/study/events.ts';
import { isAlive, startTune, type Program } from '../cli/program.ts';

/** What a process acknowledged: an event, as code was told; or how a trial ended, as a line of the program has it. */
export type Acknowledged = StudyEvent | { readonly type: 'line'; readonly trial: number; readonly outcome: string };

export interface Life {
  readonly program: Pick<Program, 'child'>;
  readonly ended: Promise<{ readonly code: number | null; readonly err: string }>;
  /** All so far. */
  acknowledged(): readonly Acknowledged[];
}

/** The program itself, as a user starts it: every trial that ends is a line on stderr. */
export function startProgram(args: readonly string[], cwd: string): Life {
  const program = startTune(args, { cwd });
  let said = '';
  program.child.stderr!.on('data', (text: string) => (said += text));
  return {
    program,
    ended: program.ended,
    acknowledged: () =>
      [...said.matchAll(/^\d+\/\d+ {2}trial (\d+) (\w+ {2}\S+).*\n/gm)].map(([, trial, outcome]) => ({
        type: 'line',
        trial: Number(trial),
        outcome: outcome!,
      })),
  };
}

/** The same study from code, which notes every event in a file as soon as it is told. */
export function startDriver(file: string, options: object, cwd: string, record: string): Life {
  const script = join(cwd, 'driver.mjs');
  writeFileSync(
    script,
    `import { openSync, writeSync } from 'node:fs';
    import { tune } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)};
    const [file, options, record] = process.argv.slice(2);
    const acknowledged = openSync(record, 'a');
    const observe = event => void writeSync(acknowledged, JSON.stringify(event) + '\\n');
    await tune(file, { ...JSON.parse(options), observe });`,
  );
  const child = spawn(process.execPath, [script, file, JSON.stringify(options), record], {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  return {
    program: { child },
    ended: once(child, 'close').then(([code]) => ({ code: code as number | null, err })),
    acknowledged() {
      if (!existsSync(record)) return [];
      // The kill may have cut the last line short: nobody was told of that event yet.
      const lines = readFileSync(record, 'utf8').split('\n').slice(0, -1);
      return lines
        .map(line => JSON.parse(line) as StudyEvent)
        .filter(({ type }) => /^trial-|^study-created/.test(type));
    },
  };
}

/** Ids of the living processes that work in a folder; on Linux. */
export function processesIn(folder: string): readonly string[] {
  const isThere = (pid: string): boolean => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === folder && isAlive(pid);
    } catch {
      return false;
    }
  };
  return readdirSync('/proc').filter(name => /^\d+$/.test(name) && isThere(name));
}

/** Milliseconds until no process works in a folder any more. */
export async function deserted(folder: string, patience = 20_000): Promise<number> {
  const begin = performance.now();
  for (;;) {
    const left = processesIn(folder);
    const waited = performance.now() - begin;
    if (left.length === 0) return waited;
    if (waited > patience) throw new Error(`processes ${left.join(', ')} are left`);
    await sleep(5);
  }
}
