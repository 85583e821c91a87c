/** The queues of trials in a database: one for each set of things that trials need, so that workers take what they can run. */
import type PgBoss from 'pg-boss';
import type { Asked, Database, Query } from '../../storage/postgres/database.ts';
import { poisonQueue } from '../../storage/postgres/migrations.ts';
import { needsName, type Needs } from '../needs.ts';

/** Everyone who waits for work hears this. */
export const workChannel = 'tune_work';

/** What a worker, or a coordinator, hears alone. */
export function channelOf(id: string): string {
  return `tune_${id}`;
}

/** Claims of a trial that may end with the death of its worker; after the last one it has failed. */
export const mostTries = 3;

/**
 * A worker that dies costs a trial one of its tries, and a pause that doubles each time. Trials run for as long as they need:
 * whether a worker lives is for its lease to say.
 */
const retries = {
  retryLimit: mostTries - 1,
  retryDelay: 1,
  retryBackoff: true,
  expireInSeconds: 23 * 3600,
  deadLetter: poisonQueue,
};

/** Those that a process has seen: queues stay. */
const seen = new WeakMap<Database, Set<string>>();

/** The queue for trials with these needs; there is one when this resolves. */
export async function queueFor(database: Database, needs: Needs): Promise<string> {
  const name = ['tune-trials', needsName(needs)].filter(part => part !== '').join('-');
  const own = seen.get(database) ?? new Set();
  if (!own.has(name)) await createQueue(database, name, needs);
  seen.set(database, own.add(name));
  return name;
}

async function createQueue({ query, boss }: Database, name: string, { tags, memory }: Needs): Promise<void> {
  const [known] = await query('SELECT FROM tune.queue WHERE name = $1', [name]);
  if (known) return;
  await boss.createQueue(name, { name, ...retries });
  await query('INSERT INTO tune.queue (name, tags, memory) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
    name,
    tags,
    memory ?? null,
  ]);
}

/** The queues that a worker can serve, those first that ask for most. */
export async function queuesOf({ query }: Asked, { tags, memory }: Needs): Promise<readonly string[]> {
  const rows = await query<{ name: string }>(
    `SELECT name FROM tune.queue WHERE tags <@ $1 AND (memory IS NULL OR memory <= $2::float8)
     ORDER BY cardinality(tags) DESC, memory DESC NULLS LAST, name`,
    [tags, memory ?? Infinity],
  );
  return rows.map(({ name }) => name);
}

interface QueuedTrial {
  readonly study: number;
  readonly number: number;
}

/** Puts a trial into a queue, within a transaction; the result names its job there. */
export async function send(database: Database, query: Query, queue: string, trial: QueuedTrial): Promise<string> {
  const { text, values } = await sending(database, queue, trial);
  const [job] = await query<{ id: string }>(
    `WITH sent AS (${text}) SELECT id, pg_notify('${workChannel}', '') FROM sent`,
    values,
  );
  return job!.id;
}

/** The statement that puts a trial into a queue, and returns its "id" there: to be a part of another one. */
export function sending({ boss }: Database, queue: string, trial: QueuedTrial): Promise<Statement> {
  return statementOf(db => boss.send(queue, trial, { ...retries, retentionDays: 3650, db }));
}

interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** What pg-boss would ask the database: to be a part of another statement, which saves the way there and back. */
export async function statementOf(ask: (db: PgBoss.Db) => Promise<unknown>): Promise<Statement> {
  let statement: Statement | undefined;
  await ask({
    async executeSql(text, values) {
      statement = { text, values };
      return { rows: [] };
    },
  });
  return statement!;
}
