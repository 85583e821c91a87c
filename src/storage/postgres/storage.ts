/**
 * A study in a database, for any number of processes. Each event has a number, which is taken once: who decides from what he
 * knows, and is not the first, learns what the others did and decides again. So nobody waits for a lock that a dead process
 * holds, and one that was stopped for a while can do no harm when it goes on.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { StudyEvent } from '../../study/events.ts';
import { follow } from '../../study/fold.ts';
import type { Storage } from '../../study/ports.ts';
import { steadyTime } from '../../study/steady-time.ts';
import type { Database, Query } from './database.ts';
import { eventOfBody, textOfEvent } from './event-text.ts';

export interface DatabaseStorage extends Storage {
  /** Number of the study in the database. */
  readonly id: number;
  readonly member: string;
  /** The time of the server. */
  readonly now: () => Date;
}

export interface DatabaseStorageOptions {
  /** Seconds that a process is taken to live after its last sign of life; it gives three in that time. Default 15. */
  readonly lease?: number;
}

/** Milliseconds for which it is known well enough who lives, and what others did. */
const fresh = 1000;
const freshEvents = 150;

/** Thrown through a decision whose number another process was first to take. */
const outrun = Symbol('outrun');

/** Opens the study of this name; creates it when there is none. The database stays open when the storage is closed. */
export async function openDatabaseStorage(
  database: Database,
  name: string,
  { lease = 15 }: DatabaseStorageOptions = {},
): Promise<DatabaseStorage> {
  const { query } = database;
  const id = await studyId(query, name);
  const member = randomUUID();
  const trials = follow();
  let seq = 0;
  let learnt = 0;
  let ahead = 0;
  let living: { readonly at: number; readonly ids: ReadonlySet<string> } | undefined;

  const catchUp = async (learn: (event: StudyEvent) => void): Promise<void> => {
    for await (const event of eventsAfter(query, id, seq)) {
      seq += 1;
      // Who has joined just now lives, though the list of those who do may be older.
      if ('member' in event && event.member !== undefined && !living?.ids.has(event.member)) living = undefined;
      trials.apply(event);
      learn(event);
    }
    learnt = performance.now();
  };
  const appendAll = async (events: readonly StudyEvent[]): Promise<void> => {
    const [mine] = await query<{ isMine: boolean }>(
      // Who has taken the first number has them all: nobody takes a later one before.
      `WITH given AS (
         SELECT $2 + place::int AS seq, body FROM unnest($4::text[]) WITH ORDINALITY AS given (body, place)
       ), first AS (
         INSERT INTO tune.event (study, seq, writer, body)
         SELECT $1, seq, $3, body::json FROM given WHERE seq = $2 + 1 ON CONFLICT DO NOTHING RETURNING seq
       ), rest AS (
         INSERT INTO tune.event (study, seq, writer, body)
         SELECT $1, seq, $3, body::json FROM given WHERE seq > $2 + 1 AND EXISTS (SELECT FROM first)
       )
       SELECT EXISTS (SELECT FROM first) OR NOT EXISTS (
         SELECT FROM given LEFT JOIN tune.event
           ON study = $1 AND event.seq = given.seq AND writer = $3 AND event.body::text = given.body
         WHERE study IS NULL
       ) AS "isMine"`,
      [id, seq, member, events.map(textOfEvent)],
    );
    if (!mine!.isMine) throw outrun;
    seq += events.length;
    for (const event of events) trials.apply(event);
    // Nobody else has stored anything: else it would have failed.
    learnt = performance.now();
  };
  const live = async (): Promise<void> => {
    const [row] = await query<{ now: Date }>(
      `INSERT INTO tune.member (study, id, host, pid, lease_until) VALUES ($1, $2, $3, $4, now() + $5 * interval '1 s')
       ON CONFLICT (study, id) DO UPDATE SET lease_until = excluded.lease_until RETURNING now()`,
      [id, member, hostname(), process.pid, lease],
    );
    ahead = row!.now.getTime() - steadyTime().getTime();
  };
  await live();
  await catchUp(() => undefined);
  const timer = setInterval(() => void live().catch(() => undefined), (lease * 1000) / 3).unref();

  return {
    id,
    member,
    now: () => new Date(steadyTime().getTime() + ahead),
    read: () => eventsOf(query, id),
    state: () => Promise.resolve(trials.state()),
    append: event => appendAll([event]),
    appendAll,
    shared: {
      member,
      async members() {
        if (living && performance.now() - living.at < fresh) return living.ids;
        const rows = await query<{ id: string }>(
          'SELECT id FROM tune.member WHERE study = $1 AND lease_until > now()',
          [id],
        );
        living = { at: performance.now(), ids: new Set([member, ...rows.map(({ id }) => id)]) };
        return living.ids;
      },
      async inTurn(learn, task) {
        if (performance.now() - learnt > freshEvents) await catchUp(learn);
        for (;;) {
          try {
            return await task();
          } catch (error) {
            if (error !== outrun) throw error;
            await catchUp(learn);
          }
        }
      },
    },
    async close() {
      clearInterval(timer);
      await query('DELETE FROM tune.member WHERE study = $1 AND id = $2', [id, member]);
    },
  };
}

async function studyId(query: Query, name: string): Promise<number> {
  await query('INSERT INTO tune.study (name) VALUES ($1) ON CONFLICT DO NOTHING', [name]);
  const [row] = await query<{ id: number }>('SELECT id FROM tune.study WHERE name = $1', [name]);
  return row!.id;
}

/** All of a study, in order. */
export async function eventsOf(query: Query, study: number): Promise<readonly StudyEvent[]> {
  const events: StudyEvent[] = [];
  for await (const event of eventsAfter(query, study, 0)) events.push(event);
  return events;
}

/** Events at once: an answer must not take longer than the database may be silent. */
const page = 5000;

/** In order, from the one after a number on. */
export async function* eventsAfter(query: Query, study: number, seq: number): AsyncGenerator<StudyEvent> {
  for (let last = seq; ;) {
    const rows = await query<{ seq: number; body: unknown }>(
      'SELECT seq, body FROM tune.event WHERE study = $1 AND seq > $2 ORDER BY seq LIMIT $3',
      [study, last, page],
    );
    for (const { body } of rows) yield eventOfBody(body);
    if (rows.length < page) return;
    last += rows.length;
  }
}
