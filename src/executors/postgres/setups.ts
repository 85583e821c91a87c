/** What the trials of a study train, kept in the database for the workers. */
import { createHash } from 'node:crypto';
import type { StudyFile } from '../../artifacts/study-file.ts';
import { TuneError } from '../../errors.ts';
import type { Asked } from '../../storage/postgres/database.ts';
import type { HostSetup } from '../protocol.ts';

export interface KeptSetup {
  readonly study: string;
  /** Paths in it are as the space file has them, from its folder. */
  readonly host: HostSetup;
  /** Seconds that a trial may take. Default: no limit. */
  readonly trialDuration?: number;
  readonly files: readonly StudyFile[];
  /** Address of the store of artifacts, as the coordinator has it. */
  readonly artifacts?: string;
}

/** @returns what names it in the jobs of trials */
export async function keepSetup({ query }: Asked, study: number, kept: KeptSetup): Promise<string> {
  const body = JSON.stringify(kept);
  const hash = createHash('sha256').update(body).digest('hex');
  await query('INSERT INTO tune.setup (study, hash, body) VALUES ($1, $2, $3::text::json) ON CONFLICT DO NOTHING', [
    study,
    hash,
    body,
  ]);
  return hash;
}

/** @throws TuneError STORAGE_FAILED where it is gone */
export async function readSetup({ query }: Asked, study: number, hash: string): Promise<KeptSetup> {
  const [row] = await query<{ body: KeptSetup }>('SELECT body FROM tune.setup WHERE study = $1 AND hash = $2', [
    study,
    hash,
  ]);
  if (row) return row.body;
  throw new TuneError('STORAGE_FAILED', `the database does not say any more what study ${study} trains`);
}
