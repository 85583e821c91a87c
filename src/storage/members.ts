/** The processes that share a study: each has a file that says who it is, and counts as long as it lives. */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { storageFailed } from '../storage-failed.ts';
import { holderOf, refuseHeld, takeLock } from './lock.ts';

export interface Membership {
  /** Names this process in the record of what it runs. */
  readonly id: string;
  leave(): Promise<void>;
}

/** @throws TuneError STORAGE_FAILED */
export async function becomeMember(journal: string): Promise<Membership> {
  const folder = folderOf(journal);
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw storageFailed(folder, 'cannot make the folder', error);
  });
  const id = randomUUID();
  return { id, leave: await takeLock(join(folder, id)) };
}

/** Those that live: their process ids, by what names them. */
export async function membersOf(journal: string): Promise<ReadonlyMap<string, number>> {
  const living = new Map<string, number>();
  for (const id of await namesOf(journal)) {
    const pid = await holderOf(join(folderOf(journal), id));
    if (pid !== undefined) living.set(id, pid);
  }
  return living;
}

/** @throws TuneError STUDY_IN_USE naming one that lives */
export async function refuseMembers(journal: string): Promise<void> {
  for (const id of await namesOf(journal)) await refuseHeld(join(folderOf(journal), id));
}

/** What dead members have left. Only where no other process is about to join. */
export async function forgetDead(journal: string): Promise<void> {
  const living = await membersOf(journal);
  const dead = (await namesOf(journal)).filter(id => !living.has(id));
  for (const id of dead) await rm(join(folderOf(journal), id), { force: true }).catch(() => undefined);
}

async function namesOf(journal: string): Promise<readonly string[]> {
  return readdir(folderOf(journal)).catch((): string[] => []);
}

function folderOf(journal: string): string {
  return `${journal}.members`;
}
