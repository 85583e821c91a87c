/** What trials have left in the store of artifacts, for whoever goes on with them or saves their models. */
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ArtifactStore } from '../../artifacts/store.ts';
import type { Asked } from '../../storage/postgres/database.ts';
import { backupPath } from '../../train/backup.ts';
import { resultPaths } from '../../train/trainer.ts';

interface Kept {
  readonly name: string;
  readonly key: string;
}

const weightsOf = (trial: number): readonly string[] => resultPaths('', trial).map(path => basename(path));
const backupOf = (trial: number): string => basename(backupPath('', trial));

/** Brings the files of a trial into a folder, which is made if need be, in place of those of the same name. @returns their names */
export async function fetchArtifacts(
  { query }: Asked,
  store: ArtifactStore,
  study: number,
  trial: number,
  folder: string,
): Promise<readonly string[]> {
  const rows = await query<Kept>(
    'SELECT name, key FROM tune.artifact WHERE study = $1 AND number = $2 AND name = ANY($3)',
    [study, trial, [...weightsOf(trial), backupOf(trial)]],
  );
  await mkdir(folder, { recursive: true });
  const brought: string[] = [];
  for (const { name, key } of rows) if (await store.get(key, join(folder, name))) brought.push(name);
  return brought;
}

/**
 * Forgets the weights of trials that nobody wants any more, and the backup of one that has ended.
 * @param outdated numbers of trials
 */
export async function dropArtifacts(
  { query }: Asked,
  store: ArtifactStore,
  study: number,
  { weights, backup }: { readonly weights: readonly number[]; readonly backup: number },
): Promise<void> {
  const names = [...weights.flatMap(weightsOf), backupOf(backup)];
  const rows = await query<Kept>('DELETE FROM tune.artifact WHERE study = $1 AND name = ANY($2) RETURNING name, key', [
    study,
    names,
  ]);
  if (rows.length > 0) await store.delete(rows.map(({ key }) => key));
}
