/** Studies whose trials run on workers, all of it in one process, with a database between them. */
import { randomUUID } from 'node:crypto';
import { none } from '../../../src/pruners/none.ts';
import { databaseExecutor } from '../../../src/executors/postgres/executor.ts';
import { inlineExecutor } from '../../../src/executors/inline.ts';
import { keepSetup, type KeptSetup } from '../../../src/executors/postgres/setups.ts';
import { runWorker, type WorkerEvent, type WorkerOptions } from '../../../src/executors/postgres/worker.ts';
import { migrate } from '../../../src/storage/postgres/migrations.ts';
import { openDatabase, type Database } from '../../../src/storage/postgres/database.ts';
import { openDatabaseStorage } from '../../../src/storage/postgres/storage.ts';
import type { Pruner } from '../../../src/study/ports.ts';
import { runStudy, type LoopOptions, type StopCause } from '../../../src/study/loop.ts';
import { openStudy } from '../../../src/study/open-study.ts';
import type { Study } from '../../../src/study/study.ts';
import type { TrainerFunction } from '../../../src/train/custom-trainer.ts';
import { counting, line } from '../../study/make-study.ts';

export const kept: KeptSetup = { study: 'test', host: { kind: 'custom', module: 'none' }, files: [] };

export interface Coordinator {
  readonly database: Database;
  readonly study: Study;
  /** Number of the study in the database. */
  readonly id: number;
  /** What was noticed. */
  readonly notices: readonly string[];
  run(options?: Partial<LoopOptions>): Promise<StopCause>;
  /** As if its process had died: it says nothing more, and its membership is over. */
  die(): Promise<void>;
  close(): Promise<void>;
}

export async function coordinate(
  address: string,
  { name = 'test', pruner = none.create({}), most }: { name?: string; pruner?: Pruner; most?: number } = {},
): Promise<Coordinator> {
  const database = await openDatabase(address, { name: 'coordinator' });
  await migrate(database);
  const storage = await openDatabaseStorage(database, name);
  const study = await openStudy({
    name,
    space: line,
    direction: 'minimize',
    seed: 1,
    sampler: counting,
    pruner,
    storage,
    now: storage.now,
  });
  const notices: string[] = [];
  const executor = await databaseExecutor({
    database,
    study: storage.id,
    member: storage.member,
    setup: await keepSetup(database, storage.id, kept),
    needsOf: () => ({ tags: [] }),
    ...(most !== undefined && { most }),
    notice: text => notices.push(text),
  });
  study.listen(event => {
    if (event.type === 'trial-finished') executor.recorded(event.trial);
  });
  return {
    database,
    study,
    id: storage.id,
    notices,
    run: options => runStudy(study, executor, { budget: { trials: 10 }, clock: () => performance.now(), ...options }),
    async die() {
      await database.query('UPDATE tune.member SET lease_until = now() WHERE id = $1', [storage.member]);
      await database.close();
      await executor.close().catch(() => undefined);
    },
    async close() {
      await executor.close();
      await study.close();
      await database.close();
    },
  };
}

export interface TestWorker {
  readonly id: string;
  readonly name: string;
  readonly events: readonly WorkerEvent[];
  readonly notices: readonly string[];
  readonly database: Database;
  drain(): void;
  interrupt(): void;
  /** Resolves when it has left. */
  readonly ended: Promise<void>;
}

let count = 0;

export async function startWorker(
  address: string,
  objective: TrainerFunction,
  { slots = 1, ...options }: Partial<WorkerOptions> & { slots?: number } = {},
): Promise<TestWorker> {
  const database = await openDatabase(address, { name: 'worker' });
  await migrate(database);
  const [drain, interrupt] = [new AbortController(), new AbortController()];
  const facts = { id: randomUUID(), name: `worker ${++count}`, slots, tags: [] };
  const events: WorkerEvent[] = [];
  const notices: string[] = [];
  const ended = runWorker({
    database,
    facts,
    prepare: () => Promise.resolve(inlineExecutor(objective, slots)),
    observe: event => events.push(event),
    notice: text => notices.push(text),
    drain: drain.signal,
    interrupt: interrupt.signal,
    ...options,
  }).finally(() => database.close());
  return {
    id: facts.id,
    name: facts.name,
    events,
    notices,
    database,
    drain: () => drain.abort(),
    interrupt: () => interrupt.abort(),
    ended,
  };
}

/** Resolves when it is so. */
export async function until(isSo: () => boolean | Promise<boolean>, seconds = 20): Promise<void> {
  for (const end = performance.now() + seconds * 1000; !(await isSo());) {
    if (performance.now() > end) throw new Error(`not within ${seconds} s: ${String(isSo)}`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

/** Trials that a worker ran to their end. */
export function finishedBy({ events }: TestWorker): readonly number[] {
  return events.flatMap(event =>
    event.type === 'finished' && event.ending.state !== 'paused' ? [event.claim.number] : [],
  );
}
