/**
 * What a worker says of the trials that it runs. Each claim of a trial has a number, "attempt"; whoever holds an earlier one
 * is refused from then on, however late he comes. A claim holds for a lease, by the clock of the server, unless it is renewed.
 */
import { mapValues } from '../../storage/postgres/event-text.ts';
import { bossSchema, within, type Asked, type Database } from '../../storage/postgres/database.ts';
import type { TrialJob } from '../../study/ports.ts';
import { storedNumber } from '../../storage/journal-line.ts';
import type { Measurement, TrialResult, Verdict } from '../../study/trial.ts';
import { channelOf, send, statementOf } from './queues.ts';

/** Seconds that a claim holds after it was last renewed. Default: those of a worker. */
export const standardLease = 15;

export interface Claim {
  /** Number of the study in the database. */
  readonly study: number;
  readonly number: number;
  /** The fence. */
  readonly attempt: number;
  readonly job: TrialJob;
  /** Names what is to be trained: tune.setup. */
  readonly setup: string;
}

/** What there is to run, as its coordinator queued it. */
export interface QueuedBody {
  readonly job: TrialJob;
  readonly setup: string;
}

/** @returns undefined where nothing waits in these queues */
export async function claim(
  database: Database,
  worker: string,
  queues: readonly string[],
  lease: number,
): Promise<Claim | undefined> {
  for (const queue of queues) {
    for (;;) {
      const taken = await fetchTrial(database, worker, queue, lease);
      if (!taken) break;
      if ('attempt' in taken) return taken;
      // Its trial runs, or is no more.
      await database.boss.deleteJob(queue, taken.stale);
    }
  }
  return undefined;
}

/** One statement, for most workers that look for a trial find none. */
async function fetchTrial(
  database: Database,
  worker: string,
  queue: string,
  lease: number,
): Promise<Claim | { readonly stale: string } | undefined> {
  const { text, values } = await statementOf(db => database.boss.fetch(queue, { db }));
  const [w, l] = [1, 2].map(place => `$${values.length + place}`);
  const [row] = await database.query<
    Pick<Claim, 'study' | 'number'> & {
      readonly fetched: string;
      readonly attempt: number | null;
      readonly body: QueuedBody;
    }
  >(
    `WITH fetched AS (${text}), taken AS (
       UPDATE tune.trial SET state = 'running', attempt = attempt + 1, owner = ${w}::uuid,
         lease_until = now() + ${l}::float8 * interval '1 s'
       FROM fetched WHERE trial.job = fetched.id AND state = 'queued' RETURNING study, number, attempt, body
     )
     SELECT fetched.id AS fetched, taken.* FROM fetched LEFT JOIN taken ON true`,
    [...values, worker, lease],
  );
  if (!row) return undefined;
  const { fetched, study, number, attempt, body } = row;
  return attempt === null ? { stale: fetched } : { study, number, attempt, ...body };
}

export interface Held {
  readonly study: number;
  readonly number: number;
  readonly attempt: number;
}

/** @returns those of the claims that still hold, and whether their trials are to end */
export async function renew(
  { query }: Asked,
  worker: string,
  claims: readonly Held[],
  lease: number,
): Promise<readonly (Held & { readonly cancelled: boolean })[]> {
  return query(
    `UPDATE tune.trial SET lease_until = now() + $5 * interval '1 s'
     FROM unnest($2::int[], $3::int[], $4::int[]) AS held (study, number, attempt)
     WHERE trial.study = held.study AND trial.number = held.number AND trial.attempt = held.attempt
       AND state = 'running' AND owner = $1
     RETURNING trial.study, trial.number, trial.attempt, cancelled`,
    [worker, ...columns(claims), lease],
  );
}

function columns(claims: readonly Held[]): readonly (readonly number[])[] {
  return [claims.map(({ study }) => study), claims.map(({ number }) => number), claims.map(({ attempt }) => attempt)];
}

/** @returns the verdict where there is one already, null where its coordinator has to judge; "refused" without a claim */
export async function report(
  { query, notify }: Pick<Database, 'query' | 'notify'>,
  { study, number, attempt }: Held,
  { step, value, metrics }: Measurement,
  bytes: number | undefined,
): Promise<Verdict | null | 'refused'> {
  const [row] = await query<{ verdict: Verdict | null; coordinator: string }>(
    `WITH held AS (
       SELECT coordinator FROM tune.trial
       WHERE study = $1 AND number = $2 AND attempt = $3 AND state = 'running' FOR SHARE
     ), kept AS (
       INSERT INTO tune.epoch (study, number, step, value, metrics, bytes)
       SELECT $1, $2, $4, $5, $6::text::json, $7 FROM held
       ON CONFLICT (study, number, step) DO UPDATE SET bytes = excluded.bytes
       RETURNING verdict
     )
     SELECT verdict, coordinator FROM kept, held`,
    [
      study,
      number,
      attempt,
      step,
      value,
      metrics ? JSON.stringify(mapValues(metrics, storedNumber)) : null,
      bytes ?? null,
    ],
  );
  if (!row) return 'refused';
  if (row.verdict === null) notify(channelOf(row.coordinator));
  return row.verdict;
}

/** The verdicts there are by now on steps that wait for one. */
export async function verdictsOn(
  { query }: Asked,
  steps: readonly { readonly study: number; readonly number: number; readonly step: number }[],
): Promise<
  readonly { readonly study: number; readonly number: number; readonly step: number; readonly verdict: Verdict }[]
> {
  return query(
    `SELECT study, number, step, verdict FROM tune.epoch
     JOIN unnest($1::int[], $2::int[], $3::int[]) AS asked (study, number, step) USING (study, number, step)
     WHERE verdict IS NOT NULL`,
    [steps.map(({ study }) => study), steps.map(({ number }) => number), steps.map(({ step }) => step)],
  );
}

/** What comes of a trial that a worker ran. */
export type Ending = TrialResult | { readonly state: 'paused' };

/** @returns false where the claim does not hold any more: the result is refused */
export async function finish(
  { query, notify }: Pick<Database, 'query' | 'notify'>,
  { study, number, attempt }: Held,
  result: Ending,
): Promise<boolean> {
  const [row] = await query<{ coordinator: string }>(
    `WITH done AS (
       UPDATE tune.trial SET state = 'done', result = $4::text::json, owner = NULL, lease_until = NULL
       WHERE study = $1 AND number = $2 AND attempt = $3 AND (state = 'running' OR (state = 'done' AND result::text = $4::text))
       RETURNING queue, job, coordinator
     ), gone AS (
       DELETE FROM ${bossSchema}.job USING done WHERE job.name = done.queue AND job.id = done.job
     )
     SELECT coordinator FROM done`,
    [study, number, attempt, JSON.stringify(result)],
  );
  if (row) notify(channelOf(row.coordinator));
  return row !== undefined;
}

/** What a trial comes to that its study wants no more, before it has come to its end. */
export const cancelledResult: TrialResult = {
  state: 'failed',
  failure: { cause: 'interrupted', message: 'the study ended before it did' },
};

/** Lets other workers have the trial, at once. @returns false where the claim does not hold any more */
export async function giveBack(database: Database, { study, number, attempt }: Held): Promise<boolean> {
  return database.transaction(async query => {
    const [row] = await query<{ state: string; queue: string; job: string; coordinator: string }>(
      `UPDATE tune.trial SET ${leftAlone('$4')}
       WHERE study = $1 AND number = $2 AND attempt = $3 AND state = 'running' RETURNING state, queue, job, coordinator`,
      [study, number, attempt, JSON.stringify(cancelledResult)],
    );
    if (!row) return false;
    await database.boss.deleteJob(row.queue, row.job, within(query));
    if (row.state === 'done') {
      await query("SELECT pg_notify($1, '')", [channelOf(row.coordinator)]);
      return true;
    }
    const job = await send(database, query, row.queue, { study, number });
    await query('UPDATE tune.trial SET job = $3 WHERE study = $1 AND number = $2', [study, number, job]);
    return true;
  });
}

/** How a trial is that nobody runs any more, for UPDATE: it waits, unless nobody wants it. @param result names a parameter */
export function leftAlone(result: string): string {
  return `owner = NULL, lease_until = NULL, state = CASE WHEN cancelled THEN 'done' ELSE 'queued' END,
    result = CASE WHEN cancelled THEN ${result}::text::json END`;
}
