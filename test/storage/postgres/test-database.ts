/** A database with our tables on a cluster that lives as long as the tests of the file. */
import { afterAll, beforeAll } from 'vitest';
import { openDatabase, type Database } from '../../../src/storage/postgres/database.ts';
import { migrate } from '../../../src/storage/postgres/migrations.ts';
import { startPostgres, type Postgres } from '../../postgres.ts';

export interface TestDatabase {
  readonly postgres: Postgres;
  readonly address: string;
  readonly database: Database;
}

/** Inside a describe that is skipped where there is no PostgreSQL. The values are there once the tests run. */
export function testDatabase(): TestDatabase {
  let postgres: Postgres | undefined;
  let database: Database | undefined;
  beforeAll(async () => {
    postgres = await startPostgres();
    database = await openDatabase(postgres.address);
    await migrate(database);
  });
  afterAll(async () => {
    await database?.close();
    await postgres?.stop();
  });
  return {
    get postgres() {
      return postgres!;
    },
    get address() {
      return postgres!.address;
    },
    get database() {
      return database!;
    },
  };
}
