/** The workers of a database: who is there, and what they can take. */
import type { Asked } from '../../storage/postgres/database.ts';
import type { Needs } from '../needs.ts';

export interface WorkerFacts extends Needs {
  readonly id: string;
  /** For people: the host, and what tells two workers there apart. */
  readonly name: string;
  readonly slots: number;
}

/** Trials that all workers who live can run at once. */
export async function liveSlots({ query }: Asked): Promise<number> {
  const [row] = await query<{ slots: number }>(
    'SELECT coalesce(sum(slots), 0)::int AS slots FROM tune.worker WHERE lease_until > now() AND NOT draining',
  );
  return row!.slots;
}

/**
 * Says that a worker lives, and whether it still takes trials.
 * @returns how many workers live
 */
export async function giveSign(
  { query }: Asked,
  { id, name, slots, tags, memory }: WorkerFacts,
  lease: number,
  draining: boolean,
): Promise<number> {
  const [row] = await query<{ others: number }>(
    `INSERT INTO tune.worker (id, name, pid, slots, tags, memory, draining, lease_until)
     VALUES ($1, $2, $3, $4, $5, $6, $7, now() + $8 * interval '1 s')
     ON CONFLICT (id) DO UPDATE SET draining = excluded.draining, lease_until = excluded.lease_until
     RETURNING (SELECT count(*)::int FROM tune.worker other WHERE lease_until > now() AND other.id <> $1) AS others`,
    [id, name, process.pid, slots, tags, memory ?? null, draining, lease],
  );
  return row!.others + 1;
}

export async function leave({ query }: Asked, id: string): Promise<void> {
  await query('DELETE FROM tune.worker WHERE id = $1', [id]);
}

/** What queued trials of a study need that no worker who lives has. */
export async function unserved({ query }: Asked, study: number): Promise<readonly Needs[]> {
  const rows = await query<{ tags: string[]; memory: number | null }>(
    `SELECT DISTINCT tags, memory FROM tune.trial JOIN tune.queue ON queue.name = trial.queue
     WHERE study = $1 AND state = 'queued' AND NOT EXISTS (
       SELECT FROM tune.worker WHERE lease_until > now() AND NOT draining
         AND queue.tags <@ worker.tags AND coalesce(queue.memory <= worker.memory, true)
     )`,
    [study],
  );
  return rows.map(({ tags, memory }) => ({ tags, ...(memory !== null && { memory }) }));
}

export function textOfNeeds({ tags, memory }: Needs): string {
  const asked = [...tags, ...(memory === undefined ? [] : [`${memory} MB of memory`])];
  return `a worker${asked.length > 0 ? ` with ${asked.join(', ')}` : ''}: \`tune worker --storage …\``;
}
