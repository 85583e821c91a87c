/** How a trial comes into the queue: anew, once more, or not at all where an earlier process has put it there. */
import { within, type Database } from '../../storage/postgres/database.ts';
import type { TrialJob } from '../../study/ports.ts';
import { cancelledResult, type Ending, type QueuedBody } from './claims.ts';
import type { Needs } from '../needs.ts';
import { channelOf, queueFor, send, sending, workChannel } from './queues.ts';

export interface QueueContext {
  readonly study: number;
  readonly member: string;
  readonly setup: string;
  readonly needs: Needs;
}

interface Known {
  readonly run: number;
  readonly state: 'queued' | 'running' | 'done';
  readonly result: Ending | null;
}

/** @returns false where another process took this one for dead, and has begun the trial once more */
export async function queueTrial(database: Database, context: QueueContext, job: TrialJob): Promise<boolean> {
  const queue = await queueFor(database, context.needs);
  const isNew = job.attempt === 1 && (await queueNew(database, context, job, queue));
  return isNew || queueAgain(database, context, job, queue);
}

/**
 * One statement, for that is what most trials need. Where the trial has been there, nothing becomes of its new job: the next
 * worker who meets it removes it.
 */
async function queueNew(
  database: Database,
  { study, member, setup }: QueueContext,
  job: TrialJob,
  queue: string,
): Promise<boolean> {
  const { trial: number, attempt: run } = job;
  const { text, values } = await sending(database, queue, { study, number });
  const own = [study, number, run, member, queue, JSON.stringify({ job, setup } satisfies QueuedBody)];
  const [n1, n2, n3, n4, n5, n6] = own.map((_, place) => `$${values.length + place + 1}`);
  const rows = await database.query(
    `WITH sent AS (${text}), put AS (
       INSERT INTO tune.trial (study, number, run, state, coordinator, queue, job, body)
       SELECT ${n1}::int, ${n2}::int, ${n3}::int, 'queued', ${n4}::uuid, ${n5}::text, sent.id, ${n6}::text::json FROM sent
       ON CONFLICT DO NOTHING RETURNING job
     )
     SELECT FROM put`,
    [...values, ...own],
  );
  if (rows.length > 0) database.notify(workChannel);
  return rows.length > 0;
}

async function queueAgain(
  database: Database,
  { study, member, setup }: QueueContext,
  job: TrialJob,
  queue: string,
): Promise<boolean> {
  const body = JSON.stringify({ job, setup } satisfies QueuedBody);
  return database.transaction(async query => {
    const { trial: number, attempt: run } = job;
    const [known] = await query<Known>(
      'SELECT run, state, result FROM tune.trial WHERE study = $1 AND number = $2 FOR UPDATE',
      [study, number],
    );
    if (known && known.run > run) return false;
    if (known && !runsAgain(known, run)) {
      await query(
        'UPDATE tune.trial SET run = $3, coordinator = $4, cancelled = false WHERE study = $1 AND number = $2',
        [study, number, run, member],
      );
      return true;
    }
    // A trial that goes on after a pause has heard all verdicts so far; one that begins once more hears new ones.
    if (known)
      await query(
        known.run === run
          ? "UPDATE tune.epoch SET verdict = 'continue' WHERE study = $1 AND number = $2"
          : 'UPDATE tune.epoch SET verdict = NULL, judge = NULL WHERE study = $1 AND number = $2',
        [study, number],
      );
    const sent = await send(database, query, queue, { study, number });
    await query(
      `INSERT INTO tune.trial (study, number, run, state, coordinator, queue, job, body)
       VALUES ($1, $2, $3, 'queued', $4, $5, $6, $7::text::json)
       ON CONFLICT (study, number) DO UPDATE SET run = excluded.run, state = 'queued', coordinator = excluded.coordinator,
         queue = excluded.queue, job = excluded.job, body = excluded.body, result = NULL, cancelled = false`,
      [study, number, run, member, queue, sent, body],
    );
    return true;
  });
}

/** Whether what was queued before has come to an end from which the trial goes on. */
function runsAgain({ run: before, state, result }: Known, run: number): boolean {
  if (state !== 'done' || !result) return false;
  if (run === before) return result.state === 'paused';
  const cause = result.state === 'failed' ? result.failure?.cause : undefined;
  return cause === 'crash' || cause === 'interrupted';
}

/** Ends a trial as soon as it can be: at once, where nobody runs it. Does nothing once another process has taken it over. */
export async function cancelTrial(
  database: Database,
  { study, member }: Pick<QueueContext, 'study' | 'member'>,
  number: number,
): Promise<void> {
  await database.transaction(async query => {
    const [row] = await query<{ state: string; owner: string | null; queue: string; job: string }>(
      `UPDATE tune.trial SET cancelled = true,
         state = CASE state WHEN 'queued' THEN 'done' ELSE state END,
         result = CASE state WHEN 'queued' THEN $3::text::json ELSE result END
       WHERE study = $1 AND number = $2 AND coordinator = $4 RETURNING state, owner, queue, job`,
      [study, number, JSON.stringify(cancelledResult), member],
    );
    if (row?.owner) await query("SELECT pg_notify($1, 'cancelled')", [channelOf(row.owner)]);
    else if (row) await database.boss.deleteJob(row.queue, row.job, within(query));
  });
}
