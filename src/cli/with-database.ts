/** Databases for commands that look and end: opened, and closed again, however the command ends. */
import { openDatabase, type Database } from '../storage/postgres/database.ts';
import { checkTables } from '../storage/postgres/migrations.ts';
import { say } from './streams.ts';

/** Seconds for which somebody waits for a server that goes away meanwhile. */
const patience = 10;

/** @throws TuneError USAGE for an address that is none, STORAGE_FAILED where the database cannot be reached */
export async function withDatabase<T>(address: string, task: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(address, { patience, notice: say });
  try {
    return await task(database);
  } finally {
    await database.close();
  }
}

/** The same; one that has not the tables of this version is refused. */
export function withTables<T>(address: string, task: (database: Database) => Promise<T>): Promise<T> {
  return withDatabase(address, async database => {
    await checkTables(database);
    return task(database);
  });
}
