/** A worker on this machine: what it offers, where it finds data, and with what it trains the trials of any study. */
import { createHash, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { openArtifacts } from '../artifacts/open-artifacts.ts';
import { provideFiles } from '../artifacts/provide-files.ts';
import { thisKit } from '../backend/kit.ts';
import { ensureBackend } from '../backend/provision.ts';
import { accompany } from '../executors/postgres/trial-artifacts.ts';
import type { KeptSetup } from '../executors/postgres/setups.ts';
import { runWorker, type WorkerEvent } from '../executors/postgres/worker.ts';
import { movedSetup, strayIn } from '../executors/moved-setup.ts';
import type { HostSetup } from '../executors/protocol.ts';
import { threadsExecutor } from '../executors/threads.ts';
import { withoutUndefined } from '../space/without-undefined.ts';
import { openTables } from '../storage/postgres/migrations.ts';
import type { Executor } from '../study/ports.ts';
import { backupPath } from '../train/backup.ts';
import { withoutInfeasible } from './feasible.ts';
import { progressTo, type Observe } from './work.ts';

export interface StartWorkerOptions {
  /** Address of the database. */
  readonly storage: string;
  readonly slots: number;
  /** In lower case. */
  readonly tags: readonly string[];
  /** Megabytes that training may take. */
  readonly memoryLimit: number;
  /** Folders with data. */
  readonly roots: readonly string[];
  /** Where weights, backups and data are for all machines. */
  readonly artifacts?: string;
  /** Folder of this machine for what is fetched, and for trials that train. */
  readonly cache: string;
  readonly observe: (event: StartedWorkerEvent) => void;
  /** What trainers and TensorFlow print. */
  readonly log: (line: string) => void;
  readonly drain: AbortSignal;
  readonly interrupt: AbortSignal;
}

export type StartedWorkerEvent =
  | (WorkerEvent & { readonly study: string })
  | { readonly type: 'opened'; readonly worker: string; readonly database: string }
  | { readonly type: 'phase' | 'notice'; readonly text: string };

/**
 * Resolves when it has left.
 * @throws TuneError USAGE or STORAGE_FAILED
 */
export async function startWorker(options: StartWorkerOptions): Promise<void> {
  const { storage, slots, tags, memoryLimit, roots, cache, observe, log, drain, interrupt } = options;
  const id = randomUUID();
  const name = `${hostname()}-${id.slice(0, 4)}`;
  const notice = (text: string): void => observe({ type: 'notice', text });
  const store = options.artifacts === undefined ? undefined : await openArtifacts(options.artifacts);
  const database = await openTables(storage, { name: `tune worker ${name}`, notice });
  try {
    const names = new Map<number, string>();
    // Another database has another study of this number.
    const place = createHash('sha256').update(database.shown).digest('hex').slice(0, 16);
    const folderOf = (study: number): string => join(resolve(cache), 'trials', place, String(study));
    observe({ type: 'opened', worker: name, database: database.shown });
    await runWorker({
      database,
      facts: { id, name, slots, tags, memory: Math.floor(memoryLimit) },
      async prepare(kept, study) {
        names.set(study, kept.study);
        if (!store && kept.host.kind === 'training') notice(withoutStore(kept, folderOf(study)));
        const folder = await provideFiles(kept.files, { roots, cache, observe, ...(store && { store }) });
        const setup = movedSetup(kept.host, kept.files, { folder, checkpoints: folderOf(study) });
        return withoutInfeasible(await start(setup, kept), strayIn(setup, kept.files));
      },
      accompany: store
        ? claim => accompany({ database, store, worker: id, notice }, claim, folderOf(claim.study))
        : ({ study, number }) =>
            Promise.resolve(async ending => {
              if (ending?.state === 'complete') await rm(backupPath(folderOf(study), number), { force: true });
            }),
      observe: event => observe({ ...event, study: names.get(event.claim.study) ?? `study ${event.claim.study}` }),
      notice,
      drain,
      interrupt,
    });
  } finally {
    await database.close();
    await store?.close();
  }

  async function start(setup: HostSetup, { trialDuration }: KeptSetup): Promise<Executor> {
    if (setup.kind === 'training') {
      observe({ type: 'phase', text: 'starting TensorFlow' });
      await ensureBackend({ ...thisKit(), progress: progressTo(observe as Observe) });
    }
    const limits = { memoryLimit, ...withoutUndefined({ trialDuration }) };
    return threadsExecutor({ setup, slots, ...limits, environment: withoutSecrets(process.env), log });
  }
}

function withoutStore({ study, artifacts }: KeptSetup, folder: string): string {
  const coordinator = artifacts === undefined ? '' : `; its coordinator has them in ${artifacts}`;
  return `without --artifacts, trials of ${study} begin anew on other workers, and their weights stay in ${folder}${coordinator}`;
}

/** Whoever writes a study writes code that runs here: it is not to use the database, or the store, in the worker's name. */
function withoutSecrets(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(TUNE_STORAGE$|PG|AWS_)/.test(name)));
}
