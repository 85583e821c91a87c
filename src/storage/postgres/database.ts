/**
 * A connection to PostgreSQL that outlives it: what was asked while the server or the network was away is asked again once
 * it is back. So all that is asked must come to the same when it is asked twice.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, escapeLiteral, Pool, type ClientConfig, type PoolClient, type QueryResult } from 'pg';
import PgBoss from 'pg-boss';
import { messageOf } from '../../errors.ts';
import { checkAddress, shownAddress } from './address.ts';
import { connectionRefused, isAway, isConflict, refusalOf } from './flaws.ts';
import { createListener } from './listener.ts';

/** Asks one statement; the result is its rows. */
export type Query = <Row = Record<string, unknown>>(
  text: string,
  values?: readonly unknown[],
) => Promise<readonly Row[]>;

export interface Database {
  readonly shown: string;
  readonly query: Query;
  /** All of it, or nothing. The task may run again. */
  transaction<T>(task: (query: Query) => Promise<T>): Promise<T>;
  /** Calls the listener for every notification; also after the connection was lost, when some may have been. */
  listen(channel: string, listener: (payload: string) => void): Promise<() => void>;
  /**
   * Tells whoever listens, soon. Whoever notifies within a transaction keeps all others from it until the disk has it; this
   * waits for no disk, and may be lost with the server: it is for those who look by themselves, too, now and then.
   */
  notify(channel: string): void;
  /** The queues of pg-boss in this database. */
  readonly boss: PgBoss;
  close(): Promise<void>;
}

/** What asks single statements. */
export type Asked = Pick<Database, 'query'>;

export interface DatabaseOptions {
  /** What the server calls this connection. Default "tune". */
  readonly name?: string;
  /** Connections at once, besides the one that listens; making tables takes two. Default 4. */
  readonly connections?: number;
  /** Seconds to wait for a server that is away, once it has been there. Default 600. */
  readonly patience?: number;
  /** Told when the database is away, and when it is back. */
  readonly notice?: (text: string) => void;
  /** Whether this process keeps the queues in order, and starts what is due by the clock. Default: false. */
  readonly supervise?: boolean;
}

/** The schema of pg-boss; ours is "tune". */
export const bossSchema = 'tune_boss';

/** Milliseconds. */
const answerTime = 5000;
const longestWait = 1000;

/**
 * @param address as postgres://user@host/database
 * @throws TuneError USAGE for an address that is none, STORAGE_FAILED where the database cannot be reached
 */
export async function openDatabase(address: string, options: DatabaseOptions = {}): Promise<Database> {
  const { name = 'tune', connections = 4, patience = 600, notice = () => undefined, supervise = false } = options;
  const shown = shownAddress(checkAddress(address));
  const config: ClientConfig = {
    connectionString: address,
    application_name: name,
    connectionTimeoutMillis: 3000,
    query_timeout: answerTime,
    keepAlive: true,
    keepAliveInitialDelayMillis: 2000,
    // A client whose machine or network is gone must not hold anything for long.
    options:
      '-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3 -c tcp_user_timeout=10000',
  };
  const pool = new Pool({ ...config, max: connections, idleTimeoutMillis: 10_000 });
  // Of an idle connection; whoever needs one next finds out.
  pool.on('error', () => undefined);
  const closing = new AbortController();

  /** While the database is away, and since when; all that wait say it once. */
  let away: number | undefined;
  const persist = async <T>(task: () => Promise<T>): Promise<T> => {
    for (let attempt = 0; ; attempt++) {
      try {
        const value = await task();
        if (away !== undefined) notice(`${shown} is back after ${Math.round((performance.now() - away) / 1000)} s`);
        away = undefined;
        return value;
      } catch (error) {
        if (closing.signal.aborted || !(isAway(error) || isConflict(error))) throw refusalOf(error, shown);
        if (isAway(error)) {
          if (away === undefined) notice(`${shown} is away (${messageOf(error)}); waiting for it`);
          away ??= performance.now();
          if (performance.now() - away > patience * 1000) throw refusalOf(error, shown);
        }
        await sleep(Math.min(longestWait, 50 * 2 ** attempt));
      }
    }
  };
  const ask =
    (client: Pool | PoolClient): Query =>
    async (text, values) => {
      const asked = values && values.length > 0 ? { name: nameOf(text), text, values: [...values] } : text;
      const result = (await client.query(asked)) as QueryResult | QueryResult[];
      // Of several statements the last one counts.
      return (Array.isArray(result) ? result.at(-1)! : result).rows;
    };
  const query: Query = (text, values) => persist(() => ask(pool)(text, values));
  const attempt = async <T>(task: (query: Query) => Promise<T>): Promise<T> => {
    const client = await pool.connect();
    // Between two statements nobody else listens.
    const ignore = (): void => undefined;
    client.on('error', ignore);
    let flaw: unknown;
    // Whoever asks may hide that a statement failed, as pg-boss does: then nothing of it may be kept.
    const query: Query = async (text, values) => {
      try {
        return await ask(client)<any>(text, values);
      } catch (error) {
        flaw ??= error;
        throw error;
      }
    };
    try {
      await client.query('BEGIN');
      const value = await task(query);
      if (flaw !== undefined) throw flaw;
      await client.query('COMMIT');
      return value;
    } catch (error) {
      const first = (flaw ??= error);
      if (!isAway(first)) await client.query('ROLLBACK').then(() => (flaw = undefined), ignore);
      throw first;
    } finally {
      client.off('error', ignore);
      client.release(flaw !== undefined);
    }
  };

  const toTell = new Set<string>();
  const tell = (): void => {
    const calls = [...toTell].map(channel => `pg_notify(${escapeLiteral(channel)}, '')`);
    toTell.clear();
    const text = `BEGIN; SET LOCAL synchronous_commit TO off; SELECT ${calls.join(', ')}; COMMIT`;
    pool.query(text).catch(() => undefined);
  };

  await tryOut(config).catch((error: unknown) => {
    throw connectionRefused(error, shown);
  });
  const listener = createListener(config, persist);
  const boss = new PgBoss({
    ...within(query),
    schema: bossSchema,
    supervise,
    schedule: supervise,
    migrate: false,
  });
  // What keeps the queues in order runs again before long.
  boss.on('error', () => undefined);
  return {
    shown,
    query,
    transaction: task => persist(() => attempt(task)),
    listen: listener.listen,
    notify(channel) {
      if (toTell.size === 0) setImmediate(tell);
      toTell.add(channel);
    },
    boss,
    async close() {
      closing.abort();
      await boss.stop({ graceful: false }).catch(() => undefined);
      await listener.close();
      await pool.end();
    },
  };
}

const names = new Map<string, string>();

/** A connection has each statement planned once, by its name. */
function nameOf(text: string): string {
  const name = names.get(text) ?? `tune-${names.size}`;
  names.set(text, name);
  return name;
}

/** One connection of its own: a pool forgets those that fail, and where one waits for a password the process would not end. */
async function tryOut(config: ClientConfig): Promise<void> {
  const client = new Client(config);
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    await client.end();
  }
}

/** Has pg-boss ask by this: as a part of a transaction, say. */
export function within(query: Query): { readonly db: PgBoss.Db } {
  return { db: { executeSql: async (text, values) => ({ rows: [...(await query<any>(text, values))] }) } };
}
