/** What a transaction comes to when something in it goes wrong, and somebody else does not say so. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase, within, type Database } from '../../../src/storage/postgres/database.ts';
import { migrate } from '../../../src/storage/postgres/migrations.ts';
import { lacksPostgres, startPostgres, type Postgres } from '../../postgres.ts';

describe.skipIf(lacksPostgres)('a transaction', () => {
  let server: Postgres;
  let database: Database;
  const notices: string[] = [];
  beforeAll(async () => {
    server = await startPostgres();
    database = await openDatabase(server.address, { notice: text => void notices.push(text) });
    await migrate(database);
    await database.query('CREATE TABLE kept (number int)');
    await database.boss.createQueue('some', { name: 'some', retryLimit: 2 });
  });
  afterAll(async () => {
    await database.close();
    await server.stop();
  });

  test('keeps nothing when an answer was late, even if pg-boss says nothing of it', async () => {
    await database.boss.send('some', { trial: 1 });
    let tries = 0;
    const fetch = (): Promise<number> =>
      database.transaction(async query => {
        tries += 1;
        // The statement reaches the server; its answer does not reach us in time.
        const late: typeof query = async (text, values) => {
          const rows = await query<any>(text, values);
          return tries === 1 ? query<any>('SELECT pg_sleep(5.5)') : rows;
        };
        return (await database.boss.fetch('some', within(late))).length;
      });
    // The server lets go of the job when it finds that nobody waits for its answer any more.
    await expect.poll(fetch, { timeout: 20_000 }).toBe(1);
    expect(tries).toBeGreaterThan(1);
  }, 30_000);

  test('runs again when it and another one wait for each other, and calls nobody away', async () => {
    await database.query('INSERT INTO kept VALUES (1), (2)');
    notices.length = 0;
    let both = (): void => undefined;
    const met = new Promise<void>(resolve => (both = resolve));
    let begun = 0;
    const change = (first: number, second: number): Promise<void> =>
      database.transaction(async query => {
        await query('UPDATE kept SET number = number WHERE number = $1', [first]);
        begun += 1;
        if (begun === 2) both();
        await met;
        await query('UPDATE kept SET number = number WHERE number = $1', [second]);
      });
    await Promise.all([change(1, 2), change(2, 1)]);
    expect({ begun, notices }).toEqual({ begun: 3, notices: [] });
  });

  test('waits for a connection as for the server, when all of them are in use', async () => {
    const few = await openDatabase(server.address, { connections: 1 });
    try {
      const [, row] = await Promise.all([few.query('SELECT pg_sleep(4)'), few.query('SELECT 1 AS one')]);
      expect(row).toEqual([{ one: 1 }]);
    } finally {
      await few.close();
    }
  }, 30_000);
});
