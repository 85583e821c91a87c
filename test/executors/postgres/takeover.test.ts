/** Trials that one coordinator takes from another, and trials that are to end while nobody runs them. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { claim, finish, giveBack, report, verdictsOn, type Claim } from '../../../src/executors/postgres/claims.ts';
import { cancelTrial, queueTrial } from '../../../src/executors/postgres/queueing.ts';
import { queuesOf } from '../../../src/executors/postgres/queues.ts';
import { forget, judge, readNews } from '../../../src/executors/postgres/runs.ts';
import { sweep } from '../../../src/executors/postgres/sweep.ts';
import { openDatabase, type Database } from '../../../src/storage/postgres/database.ts';
import { migrate } from '../../../src/storage/postgres/migrations.ts';
import { openDatabaseStorage } from '../../../src/storage/postgres/storage.ts';
import { lacksPostgres, startPostgres, type Postgres } from '../../postgres.ts';

describe.skipIf(lacksPostgres)('a trial in a database', () => {
  let server: Postgres;
  let database: Database;
  let study: number;
  const [member, other, worker] = [randomUUID(), randomUUID(), randomUUID()];
  const needs = { tags: [] };

  const queueAs = (coordinator: string, attempt: number): Promise<boolean> =>
    queueTrial(
      database,
      { study, member: coordinator, setup: 'none', needs },
      { trial: 0, attempt, seed: 1, config: {} },
    );
  const rows = () => database.query('SELECT state, coordinator, run, result FROM tune.trial WHERE study = $1', [study]);
  const take = async (lease: number): Promise<Claim> =>
    (await claim(database, worker, await queuesOf(database, needs), lease))!;

  beforeAll(async () => {
    server = await startPostgres();
    database = await openDatabase(server.address);
    await migrate(database);
  });
  beforeEach(async () => {
    const storage = await openDatabaseStorage(database, randomUUID());
    study = storage.id;
    await storage.close();
  });
  afterAll(async () => {
    await database?.close();
    await server?.stop();
  });

  test('stays with the coordinator that has begun it once more', async () => {
    expect(await queueAs(member, 1)).toBe(true);
    expect(await queueAs(other, 2)).toBe(true);
    // This one was stopped for a while.
    expect(await queueAs(member, 1)).toBe(false);
    await cancelTrial(database, { study, member }, 0);
    expect(await rows()).toEqual([{ state: 'queued', coordinator: other, run: 2, result: null }]);
    await cancelTrial(database, { study, member: other }, 0);
    await forget(database, study, [0]);
    expect(await queueAs(member, 1)).toBe(false);
  });

  test('is with another coordinator for who waits for it, even when that one has brought it to its end', async () => {
    await queueAs(member, 1);
    await queueAs(other, 2);
    expect((await readNews(database, study, member, [0])).ended).toMatchObject([{ number: 0, isMine: false }]);
    await database.query('DELETE FROM tune.trial WHERE study = $1', [study]);
    expect((await readNews(database, study, member, [0])).ended).toMatchObject([{ number: 0, isMine: false }]);
    expect((await readNews(database, study, member, [])).ended).toEqual([]);
  });

  test('is judged by the coordinator that has it now', async () => {
    await queueAs(member, 1);
    const taken = await take(60);
    expect(await report(database, taken, { step: 1, value: 0.5 }, undefined)).toBe(null);
    const { unjudged } = await readNews(database, study, member, [0]);
    await queueAs(other, 2);
    // The first one was stopped meanwhile: its study says that the trial is not its own, so that it must end.
    await judge(
      database,
      study,
      member,
      unjudged.map(row => ({ ...row, verdict: 'stop' })),
    );
    expect(await verdictsOn(database, [{ study, number: 0, step: 1 }])).toEqual([]);
    const { unjudged: again } = await readNews(database, study, other, [0]);
    await judge(
      database,
      study,
      other,
      again.map(row => ({ ...row, verdict: 'continue' })),
    );
    expect(await verdictsOn(database, [{ study, number: 0, step: 1 }])).toMatchObject([{ verdict: 'continue' }]);
    await finish(database, taken, { state: 'complete', value: 0.5 });
  });

  test.each(['dies', 'leaves'])('ends when it is to end and its worker %s', async how => {
    await queueAs(member, 1);
    const taken = await take(how === 'dies' ? 0 : 60);
    await cancelTrial(database, { study, member }, 0);
    await (how === 'dies' ? sweep(database) : giveBack(database, taken));
    expect(await rows()).toMatchObject([{ state: 'done', result: { failure: { cause: 'interrupted' } } }]);
    expect(await claim(database, worker, await queuesOf(database, needs), 1)).toBe(undefined);
  });
});
