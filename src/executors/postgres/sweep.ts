/**
 * Takes trials from workers that give no sign of life any more. pg-boss lets them run again, after a while that grows; one
 * that has lost all its tries has ended.
 */
import { within, type Database, type Query } from '../../storage/postgres/database.ts';
import { poisonQueue } from '../../storage/postgres/migrations.ts';
import type { TrialResult } from '../../study/trial.ts';
import { cancelledResult, leftAlone } from './claims.ts';
import { channelOf, send } from './queues.ts';

interface Lost {
  readonly study: number;
  readonly number: number;
  readonly state: 'queued' | 'done';
  readonly queue: string;
  readonly job: string;
  readonly coordinator: string;
}

/** Trials at once. */
const most = 100;

/** To be called by everyone, now and then. */
export async function sweep(database: Database): Promise<void> {
  await database.transaction(async query => {
    const lost = await query<Lost>(
      `UPDATE tune.trial SET ${leftAlone('$2')} WHERE (study, number) IN (
         SELECT study, number FROM tune.trial WHERE state = 'running' AND lease_until < now()
         ORDER BY lease_until LIMIT $1 FOR UPDATE SKIP LOCKED
       ) RETURNING study, number, state, queue, job, coordinator`,
      [most, JSON.stringify(cancelledResult)],
    );
    for (const trial of lost) await (trial.state === 'done' ? end : tryAgain)(database, query, trial);
    await query("DELETE FROM tune.worker WHERE lease_until < now() - interval '1 day'");
  });
  await endPoisoned(database);
}

async function tryAgain(database: Database, query: Query, { study, number, queue, job }: Lost): Promise<void> {
  const reason = { message: 'its worker gave no sign of life any more' };
  const { affected } = (await database.boss.fail(queue, job, reason, within(query))) as unknown as { affected: number };
  if (affected > 0) return;
  const next = await send(database, query, queue, { study, number });
  await query('UPDATE tune.trial SET job = $3 WHERE study = $1 AND number = $2', [study, number, next]);
}

async function end({ boss }: Database, query: Query, { queue, job, coordinator }: Lost): Promise<void> {
  await boss.deleteJob(queue, job, within(query));
  await query("SELECT pg_notify($1, '')", [channelOf(coordinator)]);
}

async function endPoisoned(database: Database): Promise<void> {
  await database.transaction(async query => {
    const jobs = await database.boss.fetch<Pick<Lost, 'study' | 'number'>>(poisonQueue, {
      batchSize: most,
      ...within(query),
    });
    for (const { id, data } of jobs) {
      const [row] = await query<{ coordinator: string }>(
        `UPDATE tune.trial SET state = 'done', result = $3::text::json WHERE study = $1 AND number = $2 AND state = 'queued'
         RETURNING coordinator`,
        [data.study, data.number, JSON.stringify(poisoned)],
      );
      if (row) await query("SELECT pg_notify($1, '')", [channelOf(row.coordinator)]);
      await database.boss.deleteJob(poisonQueue, id, within(query));
    }
  });
}

const poisoned: TrialResult = {
  state: 'failed',
  failure: { cause: 'crash', message: 'every worker that ran it gave no sign of life any more' },
};
