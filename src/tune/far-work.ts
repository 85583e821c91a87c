/** Trials of a study on other machines: what their workers need to know, and what comes back from them. */
import { openArtifacts } from '../artifacts/open-artifacts.ts';
import type { StudyFile } from '../artifacts/study-file.ts';
import { uploadFiles } from '../artifacts/upload-files.ts';
import { messageOf, TuneError } from '../errors.ts';
import { needsOf } from '../executors/needs.ts';
import { databaseExecutor, type DatabaseExecutor } from '../executors/postgres/executor.ts';
import { keepSetup } from '../executors/postgres/setups.ts';
import { dropArtifacts, fetchArtifacts } from '../executors/postgres/kept-artifacts.ts';
import type { HostSetup } from '../executors/protocol.ts';
import { withoutUndefined } from '../space/without-undefined.ts';
import type { Database } from '../storage/postgres/database.ts';
import type { DatabaseStorage } from '../storage/postgres/storage.ts';
import type { ExportJob } from '../train/export-model.ts';
import { withoutInfeasible } from './feasible.ts';
import { filesOf } from './study-files.ts';
import type { Observe, StudyExecutor, Work } from './work.ts';

export interface FarOptions {
  readonly database: Database;
  readonly storage: DatabaseStorage;
  /** Trials at once, at most. */
  readonly most: number;
  /** Address of what keeps weights, backups and data for all machines. */
  readonly artifacts: string | undefined;
  readonly observe: Observe;
}

/** @throws TuneError for files that cannot be read, or artifacts that cannot be kept */
export async function farExecutor(work: Work, options: FarOptions): Promise<StudyExecutor> {
  const { file, setup: host, impediment, start } = work;
  const { database, storage, most, artifacts, observe } = options;
  // An objective in code is nowhere else.
  if (!host) return start(Number.isFinite(most) ? most : 1);
  if (host.kind === 'training' && host.dataset)
    throw new TuneError('USAGE', {
      message: 'workers on other machines cannot see a data set from code',
      expected: 'a space file with a "data" section, or no "storage"',
    });
  const notice = (text: string): void => observe({ type: 'notice', text });
  if (artifacts === undefined && host.kind === 'training')
    notice(
      'without --artifacts (a folder that all machines share, or s3://bucket/prefix) the best weights stay with the workers, and no model is saved',
    );
  observe({ type: 'phase', text: 'telling the workers what to train' });
  const files = await filesOf(file);
  const store = artifacts === undefined ? undefined : await openArtifacts(artifacts);
  const begin = async (): Promise<DatabaseExecutor> => {
    if (store) await uploadFiles(files, file.folder, store);
    const setup = await keepSetup(database, storage.id, {
      study: file.name,
      host: portable(host, files),
      ...withoutUndefined({ trialDuration: file.budget.trialDuration, artifacts }),
      files,
    });
    return databaseExecutor({
      database,
      study: storage.id,
      member: storage.member,
      setup,
      needsOf: config => needsOf(file, config),
      most,
      notice,
    });
  };
  const executor = await begin().catch(async (error: unknown) => {
    await store?.close();
    throw error;
  });
  const drops = new Set<Promise<void>>();
  const far: StudyExecutor = {
    get slots() {
      return executor.slots;
    },
    run: executor.run,
    recorded: executor.recorded,
    drop(outdated) {
      if (!store) return;
      const done = dropArtifacts(database, store, storage.id, outdated)
        .catch((error: unknown) => notice(`old weights stay in ${store.name}: ${messageOf(error)}`))
        .finally(() => drops.delete(done));
      drops.add(done);
    },
    ...(host.kind === 'training' &&
      store && {
        async export(job: ExportJob) {
          const { checkpoints } = host.setup;
          for (const { trial } of job.models)
            if ((await fetchArtifacts(database, store, storage.id, trial, checkpoints)).length === 0)
              throw new TuneError('STORAGE_FAILED', {
                message: `the weights of trial ${trial} are not in ${store.name}`,
                hint: 'its worker needs --artifacts, too',
              });
          const local = await start(1);
          try {
            return await local.export!(job);
          } finally {
            await local.close();
          }
        },
      }),
    async close() {
      await executor.close();
      await Promise.all(drops);
      await store?.close();
    },
  };
  return impediment ? withoutInfeasible(far, impediment) : far;
}

/** Without the folders of this machine, in whose place workers put theirs. */
function portable(host: HostSetup, [first]: readonly StudyFile[]): HostSetup {
  return host.kind === 'training'
    ? { ...host, setup: { ...host.setup, folder: '', checkpoints: '' } }
    : // The file that it reads, as the space file names it.
      { ...host, module: first!.path };
}
