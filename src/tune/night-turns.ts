/**
 * Whose turn a night is, of all processes that wait for the nights of a folder. pg-boss says when one is due; a row of the
 * database says which night was begun last, and by whom: one night has one owner at a time, and none is run twice. An owner
 * that gives no sign of life for a lease has lost the night to whoever asks next, who goes on with it.
 */
import { createHash, randomUUID } from 'node:crypto';
import { within, type Database, type Query } from '../storage/postgres/database.ts';
import { dueAt, type Schedule } from './cron.ts';

export interface Turn {
  /** Seconds since the night began: more than 0 where another process began it. */
  readonly elapsed: number;
}

export interface Turns {
  /** @returns undefined where there is nothing to do yet, "removed" where there will not be anything any more */
  take(): Promise<Turn | 'removed' | undefined>;
  /** @returns false where the night is not ours any more */
  renew(): Promise<boolean>;
  /** The night has come to its end. */
  end(): Promise<void>;
  /** The night was cut off: whoever comes first goes on, at once. */
  leave(): Promise<void>;
}

/** Seconds. */
const lease = 30;
/** Processes that a night may take with it when they die. */
const mostTries = 3;

interface Row extends Schedule {
  readonly latest: string;
  readonly isBegun: boolean;
  readonly isOwned: boolean;
  readonly elapsed: number;
  readonly tries: number;
  readonly now: Date;
}

/** The queue of a folder, by its path: the same path on several machines is taken for the same folder. */
export function nightQueue(folder: string): string {
  return `tune-nights-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`;
}

/** Has nights of a folder run by a schedule, in place of any other one that it had. */
export async function scheduleNights(database: Database, folder: string, schedule: Schedule): Promise<Turns> {
  const { boss } = database;
  const { cron, zone } = schedule;
  const queue = nightQueue(folder);
  await boss.createQueue(queue, { name: queue, policy: 'short' });
  await boss.schedule(queue, cron, { folder }, { tz: zone });
  await database.transaction(async query => {
    const row = await lock(query, queue);
    const due = dueAt(schedule, row?.now ?? (await timeOf(query)));
    // One that was due while nobody was here is made up for.
    if (row?.cron === cron && row.zone === zone) {
      if (row.latest < due) await boss.send(queue, { folder }, within(query));
      return;
    }
    await query(
      `INSERT INTO tune.night (queue, folder, cron, zone, latest) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (queue) DO UPDATE SET cron = excluded.cron, zone = excluded.zone, latest = excluded.latest`,
      [queue, folder, cron, zone, due],
    );
  });
  return turnsOf(database, queue);
}

/** Those that wait for nights of the folder end; one that runs comes to its end. @returns whether there was a schedule */
export async function unscheduleNights(database: Database, folder: string): Promise<boolean> {
  const queue = nightQueue(folder);
  await database.boss.unschedule(queue);
  const rows = await database.query(
    'UPDATE tune.night SET cron = NULL WHERE queue = $1 AND cron IS NOT NULL RETURNING queue',
    [queue],
  );
  return rows.length > 0;
}

function turnsOf(database: Database, queue: string): Turns {
  const { query, transaction, boss } = database;
  const owner = randomUUID();
  return {
    take: () =>
      transaction(async query => {
        const row = await lock(query, queue);
        if (!row?.cron) return 'removed';
        if (row.isOwned) return undefined;
        const [job] = await boss.fetch(queue, within(query));
        if (job) await boss.deleteJob(queue, job.id, within(query));
        const due = dueAt(row, row.now);
        const isDue = row.latest < due && (job !== undefined || row.isBegun);
        if (!isDue && !(row.isBegun && row.tries < mostTries)) return undefined;
        await query(
          `UPDATE tune.night SET latest = $3, owner = $2, lease_until = now() + $4 * interval '1 s',
             began_at = CASE WHEN $5 THEN now() ELSE began_at END, tries = CASE WHEN $5 THEN 1 ELSE tries + 1 END
           WHERE queue = $1`,
          [queue, owner, isDue ? due : row.latest, lease, isDue],
        );
        return { elapsed: isDue ? 0 : row.elapsed };
      }),
    async renew() {
      const rows = await query(
        `UPDATE tune.night SET lease_until = now() + $3 * interval '1 s' WHERE queue = $1 AND owner = $2 RETURNING queue`,
        [queue, owner, lease],
      );
      return rows.length > 0;
    },
    async end() {
      await query(
        'UPDATE tune.night SET began_at = NULL, owner = NULL, lease_until = NULL WHERE queue = $1 AND owner = $2',
        [queue, owner],
      );
    },
    async leave() {
      await query('UPDATE tune.night SET tries = 0, owner = NULL, lease_until = NULL WHERE queue = $1 AND owner = $2', [
        queue,
        owner,
      ]);
    },
  };
}

/** Nobody else reads it so until the transaction ends. */
async function lock(query: Query, queue: string): Promise<Row | undefined> {
  const [row] = await query<Row>(
    `SELECT cron, zone, latest, tries, now(), began_at IS NOT NULL AS "isBegun",
       coalesce(lease_until > now(), false) AS "isOwned",
       coalesce(extract(epoch FROM now() - began_at), 0)::float8 AS elapsed
     FROM tune.night WHERE queue = $1 FOR UPDATE`,
    [queue],
  );
  return row;
}

async function timeOf(query: Query): Promise<Date> {
  const [row] = await query<{ now: Date }>('SELECT now()');
  return row!.now;
}
