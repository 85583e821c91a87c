/**
 * Carries the files of a trial between the folder where it trains and the store of artifacts: its newest backup, for another
 * worker to go on from, and in the end its weights.
 */
import { randomUUID } from 'node:crypto';
import { link, rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { sha256Of } from '../../artifacts/hashes.ts';
import type { ArtifactStore } from '../../artifacts/store.ts';
import { messageOf } from '../../errors.ts';
import type { Asked } from '../../storage/postgres/database.ts';
import { backupPath } from '../../train/backup.ts';
import { resultPaths } from '../../train/trainer.ts';
import type { Claim, Ending } from './claims.ts';
import { fetchArtifacts } from './kept-artifacts.ts';
import { recordArtifact } from './recorded-artifacts.ts';

export interface TrialArtifacts {
  readonly database: Asked;
  readonly store: ArtifactStore;
  /** Tells the keys of this worker from those of others, of another database too. */
  readonly worker: string;
  /** Told of what could not be kept or brought: the trial goes on without. */
  readonly notice: (text: string) => void;
}

/** Milliseconds between two looks at a backup, and how many times as long as it took to put one away at least. */
const pulse = 1000;
const share = 10;

/**
 * To be called before a trial trains, and what it returns once it has ended here.
 * @param folder where it trains
 */
export async function accompany(
  { database, store, worker, notice }: TrialArtifacts,
  claim: Claim,
  folder: string,
): Promise<(ending: Ending | undefined) => Promise<void>> {
  const { study, number, attempt } = claim;
  const backup = backupPath(folder, number);
  const results = resultPaths(folder, number);
  const orSay = (what: string, task: Promise<unknown>): Promise<void> =>
    task.then(
      () => undefined,
      (error: unknown) => notice(`${what} of trial ${number} of study ${study}: ${messageOf(error)}`),
    );

  const put = async (path: string): Promise<void> => {
    const name = basename(path);
    const key = `trials/${study}/${number}/${attempt}-${worker.slice(0, 8)}/${name}`;
    // Training may put the next one in its place meanwhile.
    const frozen = `${path}.${randomUUID()}`;
    await link(path, frozen);
    try {
      const [{ size: bytes }, sha256] = await Promise.all([stat(frozen), sha256Of(frozen)]);
      await store.put(key, frozen);
      await store.delete(await recordArtifact(database, claim, { name, key, bytes, sha256 }));
    } finally {
      await rm(frozen, { force: true });
    }
  };
  let known = 0;
  const putBackup = async (): Promise<void> => {
    const { mtimeMs = 0 } = (await stat(backup).catch(() => undefined)) ?? {};
    if (mtimeMs === known) return;
    known = mtimeMs;
    await put(backup);
  };
  let timer: NodeJS.Timeout | undefined;
  let putting: Promise<void> = Promise.resolve();
  const lookIn = (milliseconds: number): void => {
    timer = setTimeout(() => {
      const started = performance.now();
      putting = orSay('no backup', putBackup());
      void putting.then(() => timer && lookIn(Math.max(pulse, share * (performance.now() - started))));
    }, milliseconds);
  };

  // Another worker may have begun it.
  if (attempt > 1) {
    await orSay('no files', fetchArtifacts(database, store, study, number, folder));
    known = (await stat(backup).catch(() => undefined))?.mtimeMs ?? 0;
  }
  lookIn(pulse);
  return async ending => {
    clearTimeout(timer);
    timer = undefined;
    await putting;
    if (!ending || goesOn(ending)) return orSay('no backup', putBackup());
    if (ending.state === 'complete')
      for (const path of results) if (await isThere(path)) await orSay('no weights', put(path));
    await Promise.all([backup, ...results].map(path => rm(path, { force: true })));
  };
}

/** Whether a trial may train on from where it is now. */
function goesOn(ending: Ending): boolean {
  if (ending.state === 'paused') return true;
  const cause = ending.state === 'failed' ? ending.failure?.cause : undefined;
  return cause === 'interrupted' || cause === 'crash';
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
