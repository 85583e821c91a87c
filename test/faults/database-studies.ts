/** Studies in a database, with coordinators and workers in processes of their own, and what each of them was told. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { StudyEvent } from '../../src/study/events.ts';
import type { TrialResult } from '../../src/study/trial.ts';
import type { Postgres } from '../postgres.ts';

/** What a process noted, in its order; `at` in milliseconds on the clock of the machine. */
export type Note = { readonly at: number; readonly worker?: string } & (
  | { readonly type: 'event'; readonly event: StudyEvent }
  | { readonly type: 'notice'; readonly text: string }
  | { readonly type: 'taken' | 'refused' | 'given-back' | 'measured'; readonly trial: number; readonly attempt: number }
  | { readonly type: 'finished'; readonly trial: number; readonly attempt: number; readonly ending: TrialResult }
  | { readonly type: 'step'; readonly trial: number; readonly step: number }
  | { readonly type: 'result'; readonly trial: number; readonly value: number }
  | { readonly type: 'ended'; readonly cause?: string }
);

export interface Role {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly err: string }>;
  /** What a process said that has ended by an error; one that came while the server was away may come again. */
  readonly flaw: string | undefined;
  /** All so far; a process that was killed may have left its last line unfinished. */
  notes(): readonly Note[];
}

export interface StartOptions {
  /** What runs the process, with its arguments before those of node: a network namespace, say. */
  readonly within?: readonly string[];
  /** Arguments of node before the program. */
  readonly node?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

export interface Coordination {
  readonly address: string;
  readonly study: string;
  readonly trials: number;
  /** Seconds. */
  readonly lease: number;
}

export interface Work {
  readonly address: string;
  /** Seconds. */
  readonly lease: number;
  /** Of each trial. */
  readonly steps: number;
  /** Of each step, on average. */
  readonly milliseconds: number;
  /** Trials that end the process that runs them. */
  readonly poison?: readonly number[];
}

const living = new Set<ChildProcess>();

/** For a test that failed: nothing that it started goes on. */
export function endAll(): void {
  for (const child of living) child.kill('SIGKILL');
}

function start(program: string, facts: object, folder: string, { within = [], node = [], env }: StartOptions): Role {
  const record = join(folder, `${randomUUID()}.notes`);
  const path = fileURLToPath(new URL(program, import.meta.url));
  const [command, ...args] = [...within, process.execPath, ...node, path, JSON.stringify({ ...facts, record })];
  const child = spawn(command!, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...env } });
  let err = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (err += text));
  living.add(child);
  child.once('close', () => living.delete(child));
  let read = 0;
  const notes: Note[] = [];
  return {
    child,
    ended: once(child, 'close').then(([code]) => ({ code: code as number | null, err })),
    get flaw() {
      return child.exitCode === 1 && !/ECONNREFUSED|ECONNRESET|57P0|terminated unexpectedly/.test(err)
        ? err
        : undefined;
    },
    notes() {
      if (!existsSync(record)) return notes;
      const lines = readFileSync(record, 'utf8').split('\n').slice(read, -1);
      read += lines.length;
      notes.push(...lines.map(line => JSON.parse(line) as Note));
      return notes;
    },
  };
}

export function startCoordinator(facts: Coordination, folder: string, options: StartOptions = {}): Role {
  return start('database-coordinator.mjs', facts, folder, options);
}

export function startWorker(facts: Work, folder: string, options: StartOptions = {}): Role {
  return start('database-worker.mjs', { ...facts, id: randomUUID() }, folder, options);
}

export interface Crew {
  /** Those that live. */
  readonly present: readonly Role[];
  /** All there ever were. */
  readonly all: readonly Role[];
  /** Tells all to end, and waits for it. */
  dismiss(): Promise<void>;
}

/** So many workers; one that dies is replaced. */
export function startCrew(size: number, facts: Work, folder: string, options: StartOptions = {}): Crew {
  const all: Role[] = [];
  const present: Role[] = [];
  let isOver = false;
  const hire = (): void => {
    const worker = startWorker(facts, folder, options);
    all.push(worker);
    present.push(worker);
    void worker.ended.then(() => {
      present.splice(present.indexOf(worker), 1);
      if (!isOver && worker.flaw === undefined) hire();
    });
  };
  for (let place = 0; place < size; place++) hire();
  return {
    present,
    all,
    async dismiss() {
      isOver = true;
      for (const { child } of present) {
        child.kill('SIGTERM');
        child.kill('SIGCONT');
      }
      await Promise.all(all.map(({ ended }) => ended));
    },
  };
}

export const notesOf = (roles: readonly Role[]): readonly Note[] => roles.flatMap(role => role.notes());

export const ofType = <T extends Note['type']>(notes: readonly Note[], type: T) =>
  notes.filter((note): note is Note & { readonly type: T } => note.type === type);

/** Trials whose end coordinators have stored. */
export const endedBy = (coordinators: readonly Role[]): ReadonlySet<number> =>
  new Set(
    ofType(notesOf(coordinators), 'event').flatMap(({ event }) => (event.type === 'trial-finished' ? event.trial : [])),
  );

/** Resolves when something is so; throws when it is not within seconds, or a process has failed. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  what: string,
  roles: readonly Role[] = [],
  seconds = 100,
): Promise<void> {
  for (const end = performance.now() + seconds * 1000; !(await isSo()); await sleep(20)) {
    const flaw = roles.find(({ flaw }) => flaw !== undefined)?.flaw;
    if (flaw !== undefined) throw new Error(`a process has failed: ${flaw}`);
    if (performance.now() > end) throw new Error(`${what} did not come within ${seconds} s`);
  }
}

/**
 * Each trial has ended once, no event is missing, none is left to run, and what processes were told of is there: the events
 * that coordinators noted, the results that workers handed in.
 */
export async function expectOnce(
  { sql, admin }: Pick<Postgres, 'sql' | 'admin'>,
  address: string,
  { study, trials }: Pick<Coordination, 'study' | 'trials'>,
  coordinators: readonly Role[],
  workers: readonly Role[],
): Promise<readonly StudyEvent[]> {
  // Through the socket, which no network is in the way of.
  const database = admin.replace(/[^/]+$/, new URL(address).pathname.slice(1));
  const rows = await sql(
    `SELECT seq, body FROM tune.event JOIN tune.study ON id = study WHERE name = '${study}' ORDER BY seq`,
    database,
  );
  expect(rows.map(({ seq }) => seq as number)).toEqual(rows.map((_, index) => index + 1));
  const events = rows.map(({ body }) => body as StudyEvent);
  const ended = new Map<number, TrialResult>();
  const twice: number[] = [];
  for (const event of events) {
    if (event.type !== 'trial-finished') continue;
    if (ended.has(event.trial)) twice.push(event.trial);
    ended.set(event.trial, event.result);
  }
  expect(twice).toEqual([]);
  expect([...ended.keys()].toSorted((a, b) => a - b)).toEqual(Array.from({ length: trials }, (_, id) => id));
  expect(await sql(`SELECT number, state FROM tune.trial WHERE state <> 'done'`, database)).toEqual([]);

  const stored = new Set(events.map(event => JSON.stringify(event)));
  const told = ofType(notesOf(coordinators), 'event').map(({ event }) => JSON.stringify(event));
  expect(told.filter(event => !stored.has(event))).toEqual([]);
  const handedIn = ofType(notesOf(workers), 'finished').filter(
    ({ ending }) => (ending as { state: string }).state !== 'paused',
  );
  const lost = handedIn.flatMap(note => {
    const recorded = ended.get(note.trial);
    return recorded?.value === note.ending.value ? [] : { ...note, recorded };
  });
  expect(lost).toEqual([]);
  const taken = handedIn.map(({ trial }) => trial);
  expect(taken.filter((trial, place) => taken.indexOf(trial) !== place)).toEqual([]);
  return events;
}
