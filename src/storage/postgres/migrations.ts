/** The tables of studies, version by version. Each migration runs once, whoever comes first. */
import PgBoss from 'pg-boss';
import { TuneError } from '../../errors.ts';
import {
  bossSchema,
  openDatabase,
  within,
  type Asked,
  type Database,
  type DatabaseOptions,
  type Query,
} from './database.ts';
import { first } from './migrations/first.ts';

/** The n-th leads to version n. Those that are released never change. */
const migrations: readonly string[] = [first];

/** Where trials go whose workers have died again and again. */
export const poisonQueue = 'tune-poison';

/** Held by whoever makes tables; a number that no other program is likely to use. */
const lock = 7_468_656;

/**
 * Makes the tables, or brings them up to date; where there is nothing to do it takes no rights.
 * @throws TuneError STORAGE_FAILED where that needs rights that the role lacks, or a newer version of tfjs-tune made them
 */
export async function migrate(database: Database): Promise<void> {
  if (!(await isReady(database))) await makeTables(database);
  await database.boss.start();
}

/**
 * A database with the tables of this version.
 * @throws TuneError of openDatabase() and migrate(); it is closed then
 */
export async function openTables(address: string, options?: DatabaseOptions): Promise<Database> {
  const database = await openDatabase(address, options);
  try {
    await migrate(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function isReady({ query }: Asked): Promise<boolean> {
  if ((await versionOf(query)) !== migrations.length) return false;
  return plainBoss(query, { migrate: false })
    .start()
    .then(
      () => true,
      () => false,
    );
}

/** One that only makes its tables, or finds out whether it would have to. One that has failed to start never does. */
function plainBoss(query: Query, options: { readonly migrate: boolean }): PgBoss {
  return new PgBoss({ ...within(query), schema: bossSchema, supervise: false, schedule: false, ...options });
}

async function makeTables(database: Database): Promise<void> {
  if (!(await mayCreate(database.query)))
    throw storageRefused(
      database,
      'its tables are missing or old, and this role may not make them',
      'have their owner run `tune migrate` once',
    );
  await database.transaction(async query => {
    await query('SELECT pg_advisory_xact_lock($1)', [lock]);
    const version = await versionOf(query);
    refuseNewer(database, version);
    for (const migration of migrations.slice(version)) await query(migration);
    await query('UPDATE tune.version SET version = $1', [migrations.length]);
    // In transactions of its own, behind this lock: with its own alone, who waits for it may not see the schema just made.
    const installer = plainBoss(database.query, { migrate: true });
    await installer.start();
    await installer.createQueue(poisonQueue);
  });
}

/**
 * For who only looks: makes nothing.
 * @throws TuneError STORAGE_FAILED where the tables are not those of this version
 */
export async function checkTables(database: Database): Promise<void> {
  const version = await versionOf(database.query);
  refuseNewer(database, version);
  if (version < migrations.length)
    throw storageRefused(
      database,
      version === 0 ? 'it has no tables of tfjs-tune' : `its tables are of version ${version}, which is an old one`,
      'have their owner run `tune migrate` once',
    );
}

function refuseNewer(database: Database, version: number): void {
  if (version > migrations.length)
    throw storageRefused(
      database,
      `its tables are of version ${version}, and this tfjs-tune knows ${migrations.length}`,
      'update tfjs-tune',
    );
}

/** Of the tables; 0 where there are none. */
export async function versionOf(query: Query): Promise<number> {
  // Not to_regclass(), which answers from a cache: another process may have made it while this one waited for the lock.
  const [table] = await query("SELECT FROM pg_tables WHERE schemaname = 'tune' AND tablename = 'version'");
  if (!table) return 0;
  const [row] = await query<{ version: number }>('SELECT version FROM tune.version');
  return row?.version ?? 0;
}

/** Whether someone may make tables; else their owner has to. */
async function mayCreate(query: Query): Promise<boolean> {
  const [row] = await query<{ may: boolean }>("SELECT has_database_privilege(current_database(), 'CREATE') AS may");
  return row?.may === true;
}

function storageRefused(database: Pick<Database, 'shown'>, message: string, hint?: string): TuneError {
  return new TuneError('STORAGE_FAILED', {
    message: `${database.shown}: ${message}`,
    ...(hint !== undefined && { hint }),
  });
}
