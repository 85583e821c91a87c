/** The workers of a database, for those who look at them. */
import type { Database } from './database.ts';

export interface Worker {
  readonly name: string;
  readonly pid: number;
  /** "draining": it ends its trials and takes no more. "gone": its last sign of life is too old. By the server's clock. */
  readonly state: 'alive' | 'draining' | 'gone';
  /** How many it runs. */
  readonly trials: number;
  /** How many it would run at once. */
  readonly slots: number;
  readonly tags: readonly string[];
  /** What its trials may take, in megabytes; null: nobody said. */
  readonly memory: number | null;
  /** ISO time at which it began. */
  readonly since: string;
}

/** Those that live first, then by name. */
export async function workersInDatabase({ query }: Database): Promise<readonly Worker[]> {
  const rows = await query<Omit<Worker, 'since'> & { readonly since: Date }>(
    `SELECT name, pid, slots, tags, memory, started_at AS since,
       CASE WHEN lease_until <= now() THEN 'gone' WHEN draining THEN 'draining' ELSE 'alive' END AS state,
       (SELECT count(*)::int FROM tune.trial WHERE owner = worker.id AND trial.state = 'running') AS trials
     FROM tune.worker ORDER BY lease_until <= now(), name, started_at`,
  );
  return rows.map(row => ({ ...row, since: row.since.toISOString() }));
}
